using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>A question's part in a single flight by meaning: it was answered by another's call, leads, or goes alone.</summary>
internal sealed class SemanticFlight
{
    /// <summary>Neither shared nor found by others.</summary>
    public static readonly SemanticFlight Alone = new();

    /// <summary>Answered by another's call.</summary>
    public SemanticFlight(CacheLookup shared) => Shared = shared;

    /// <summary>Leads; must land.</summary>
    public SemanticFlight(IPendingQuestionsGrain led, string fingerprint)
    {
        Led = led;
        Fingerprint = fingerprint;
    }

    private SemanticFlight()
    {
    }

    /// <summary>The other's answer, as a hit.</summary>
    public CacheLookup? Shared { get; }

    /// <summary>Where others wait for this question's answer; null where nobody does.</summary>
    public IPendingQuestionsGrain? Led { get; }

    public string Fingerprint { get; } = string.Empty;
}
