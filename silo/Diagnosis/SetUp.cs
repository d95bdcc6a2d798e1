using OrleansLlm.Client.Hosting;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>The set-up under examination: what a start here and now would read.</summary>
internal sealed record SetUp(HostSettings Settings, IConfiguration Configuration, TimeProvider Time)
{
    /// <exception cref="OrleansLlm.Client.Configuration.ConfigurationException">The configuration file is not there.</exception>
    public static SetUp FromEnvironment(TimeProvider time)
    {
        var settings = HostSettings.FromEnvironment();
        return new SetUp(settings, GatewayHostDefaults.CreateBuilder(settings).Configuration, time);
    }

    public T Options<T>()
        where T : class, new() => OptionsSections.All.Bind<T>(Configuration);
}
