namespace OrleansLlm.Silo.Replay;

/// <summary>Time by layer.</summary>
/// <param name="Cache">Embedding, lookup and verification.</param>
/// <param name="Routing">The route decision.</param>
/// <param name="Compression">Scoring and rewriting the prompt.</param>
/// <param name="Added">The three together, by request: what the gateway puts on top of a call.</param>
/// <param name="Upstream">The model's own time; not meaningful where recorded answers or the simulator stand in.</param>
internal sealed record LatencyReport(
    LatencyQuantiles Cache, LatencyQuantiles Routing, LatencyQuantiles Compression, LatencyQuantiles Added, LatencyQuantiles Upstream)
{
    /// <summary>The parts that the gateway adds, with the names used in reports.</summary>
    public IReadOnlyList<(string Name, LatencyQuantiles Times)> Layers() =>
        [("cache", Cache), ("routing", Routing), ("compression", Compression), ("all layers", Added)];
}
