namespace OrleansLlm.Bench.Scale;

/// <summary>What a request costs depends on what becomes of it.</summary>
internal enum RequestKind
{
    /// <summary>All layers off: passed to the upstream.</summary>
    Pass,

    /// <summary>The same, streamed: fifty tokens, each by itself.</summary>
    Stream,

    /// <summary>Asked before in the same words.</summary>
    Exact,

    /// <summary>Asked before in other words.</summary>
    Verified,

    /// <summary>New: embedded, looked up, routed, sent to the upstream, kept.</summary>
    Miss,
}
