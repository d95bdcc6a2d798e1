namespace OrleansLlm.Silo.Replay;

/// <summary>What the router did.</summary>
/// <param name="Upstream">Requests that a model answered.</param>
/// <param name="Routed">Those of them answered by another model than the baseline's.</param>
internal sealed record RoutingOutcome(long Upstream, long Routed)
{
    /// <summary>Share of the upstream requests that were routed, in [0,1].</summary>
    public double RoutedShare => Upstream == 0 ? 0 : (double)Routed / Upstream;
}
