namespace OrleansLlm.Bench.Page;

/// <summary>What is asked of the gateway's speed and frugality.</summary>
internal static class Goals
{
    public static IReadOnlyList<Goal> All { get; } =
    [
        Goal.Most("pass-through, added at 200/s, p50", 0.2, "ms", "peers.ours.added.p50"),
        Goal.Most("pass-through, added at 200/s, p99", 0.4, "ms", "peers.ours.added.p99"),
        new("… p50 over YARP's", 1.5, "×", static f => f.Ratio("peers.ours.added.p50", "peers.yarp.added.p50")),
        new("… Portkey's p50 over ours", 4, "×", static f => f.Ratio("peers.portkey.added.p50", "peers.ours.added.p50"), IsFloor: true),
        new("pass-through at c=32, over YARP", 0.6, "×", static f => f.Ratio("peers.ours.c32", "peers.yarp.c32"), IsFloor: true),
        new("… over Portkey", 8, "×", static f => f.Ratio("peers.ours.c32", "peers.portkey.c32"), IsFloor: true),
        Goal.Most("exact hit at 200/s, p50", 0.3, "ms", "hit.exact.p50"),
        Goal.Most("exact hit at 200/s, p99", 1, "ms", "hit.exact.p99"),
        new("exact hits at c=32", 10_000, "/s", static f => f["hit.exact.c32"], IsFloor: true),
        Goal.Most("verified hit, words never seen, p50", 5, "ms", "hit.verified-never-seen.p50"),
        Goal.Most("verified hit, words never seen, p99", 10, "ms", "hit.verified-never-seen.p99"),
        Goal.Most("verified hit, words that come again, p50", 5, "ms", "hit.verified.p50"),
        Goal.Most("miss with all layers, 60 tokens, added, p50", 8, "ms", "miss.added.p50"),
        Goal.Most("miss with all layers, 60 tokens, added, p99", 15, "ms", "miss.added.p99"),
        Goal.Most("first token of a stream, added, p99", 1, "ms", "stream.first-token.added.p99"),
        Goal.Most("every further token, added, p99", 0.5, "ms", "stream.token.added.p99"),
        Goal.Most("256 streams × 500 tokens at 50/s: streams with a lost, altered or reordered byte", 0, "", "stream.crowd.broken"),
        Goal.Most("allocated a pass-through request", 25, "KB", "gateway.pass-through.allocated", 0.001),
        Goal.Most("allocated a streamed token", 200, "B", "stream.token.allocated"),
        Goal.Most("start to ready", 3, "s", "startup.ready"),
        Goal.Most("memory at rest, models loaded", 450, "MiB", "startup.resident"),
        Goal.Most("soak (asked for at half of saturation; its rate is below), entries in a Redis: slope of memory", 1, "MiB/h", "soak-redis.resident.slope"),
        Goal.Most("… with the embedded store", 1, "MiB/h", "soak.resident.slope"),
        Goal.Most("… slope of handles", 0, "/h", "soak.handles.slope"),
        Goal.Most("embedder, 16 tokens, p50", 1.5, "ms", "inference.embedder_16_tokens_p50"),
        Goal.Most("embedder, 32 tokens, p50", 2.2, "ms", "inference.embedder_32_tokens_p50"),
        Goal.Most("verifier, a pair of 32 tokens, p50", 2.5, "ms", "inference.verifier_32_tokens_p50"),
        Goal.Most("compression of 2,400 tokens, p50", 60, "ms", "inference.compressor-fast_2400_tokens_p50"),
    ];
}
