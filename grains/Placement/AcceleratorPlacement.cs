using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using OrleansLlm.Grains.Inference;

namespace OrleansLlm.Grains.Placement;

/// <summary>Tells every silo of a cluster which of the others run their models on an accelerator.</summary>
public static class AcceleratorPlacement
{
    public const string Embedder = "embedder";
    public const string Verifier = "verifier";
    public const string Compressor = "compressor";

    /// <summary>Key of the worker for others, which is on silos with an accelerator alone; that with the key 0 is at home.</summary>
    internal const long Elsewhere = 1;

    private const string Prefix = "orleansllm.accelerated.";

    /// <param name="silo">The silo.</param>
    /// <param name="acceleratedLanes">Lanes of this silo that run on an accelerator now, whatever was asked for.</param>
    /// <param name="models">Names the model of each lane: silos of another model do their work themselves.</param>
    public static ISiloBuilder UseAcceleratorPlacement(this ISiloBuilder silo, IEnumerable<string> acceleratedLanes, IReadOnlyDictionary<string, string> models)
    {
        silo.UseSiloMetadata(acceleratedLanes.ToDictionary(KeyOf, lane => models[lane]));
        silo.Services.AddSingleton<AcceleratorDirectory>();
        silo.Services.AddSingleton<TextEmbedder>();
        silo.Services.AddSingleton<CandidateVerifier>();
        silo.Services.AddPlacementFilter<PreferAcceleratorStrategy, PreferAcceleratorDirector>(ServiceLifetime.Transient);
        return silo;
    }

    internal static string KeyOf(string lane) => Prefix + lane;
}
