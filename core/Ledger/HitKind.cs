namespace OrleansLlm.Core.Ledger;

/// <summary>What the cache did for a request; the value of the <c>x-orleansllm-cache</c> header.</summary>
public enum HitKind
{
    /// <summary>Looked up and not found; the upstream answered.</summary>
    Miss,

    /// <summary>The same request was answered before.</summary>
    Exact,

    /// <summary>A request of the same meaning was answered before, and the verifier agreed.</summary>
    Semantic,

    /// <summary>The same request was in flight; its one upstream call served this one too.</summary>
    Pending,

    /// <summary>The cache was not consulted (off, not cacheable, or the caller said so).</summary>
    Bypass,

    /// <summary>No caller's request: a call that checks a semantic hit after its reply. It costs money and saves none.</summary>
    Verification,

    /// <summary>No caller's request: an upstream attempt that gave nobody an answer and that may be billed nevertheless.</summary>
    Attempt,
}
