using Microsoft.Extensions.Hosting;
using OrleansLlm.Client.Hosting;

namespace OrleansLlm.Client.Tests.Hosting;

public sealed class GatewayHostDefaultsTests
{
    [Fact]
    public void CreateBuilder_ShellOfADeveloper_IsProductionAllTheSame()
    {
        const string variable = "ASPNETCORE_ENVIRONMENT";
        var before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, "Development");
        try
        {
            Assert.True(GatewayHostDefaults.CreateBuilder(new ApiHostSettings()).Environment.IsProduction());
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }
}
