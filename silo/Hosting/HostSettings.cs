using OrleansLlm.Client.Hosting;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Inference;

namespace OrleansLlm.Silo.Hosting;

/// <summary>What the start of the all-in-one host is told from outside the configuration.</summary>
internal sealed record HostSettings : ApiHostSettings
{
    /// <summary>Where the embedded store keeps its files. <c>ORLEANSLLM_DATA</c>.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>Wraps the configured providers; <c>replay</c> puts recorded answers in front of them.</summary>
    public Func<IServiceProvider, IUpstreamCatalog, IUpstreamCatalog>? WrapUpstreams { get; init; }

    /// <summary>Models that are loaded already, for hosts that share a process; who loaded them frees them. Null: the host loads its own.</summary>
    public InferenceEngine? Engine { get; init; }

    /// <summary>Settings from the environment.</summary>
    public static HostSettings FromEnvironment()
    {
        var settings = (HostSettings)new HostSettings().WithEnvironment();
        return settings with { DataDirectory = FromEnvironment("ORLEANSLLM_DATA") ?? settings.DataDirectory };
    }
}
