using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Hosting;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Silo.Commands;

/// <summary>The gateway's settings, for commands that run its layers without serving.</summary>
internal static class CommandConfiguration
{
    /// <summary>Reads and checks them.</summary>
    /// <exception cref="ConfigurationException">They cannot be used; the message names every mistake.</exception>
    public static ConfigurationManager Read()
    {
        var configuration = GatewayHostDefaults.CreateBuilder(HostSettings.FromEnvironment()).Configuration;
        var problems = new List<string>();
        OptionsSections.All.Check(configuration, problems);
        ConfigurationException.ThrowIfAny(problems);
        ConfigurationException.ThrowIfAny([.. UpstreamServices.Problems(configuration)]);
        return configuration;
    }
}
