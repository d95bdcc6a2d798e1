namespace OrleansLlm.Core.Caching.Risk;

/// <summary>Why answers are served from a threshold, or not at all. The names stand in headers and in <c>/v1/explain</c>: members may be added, never renamed.</summary>
public enum RiskReason
{
    /// <summary>The shipped threshold, or the one of the epoch before: no label speaks against it so far.</summary>
    Prior,

    /// <summary>Labels spoke against the prior threshold; a stricter one is tried within the same budget.</summary>
    Tightened,

    /// <summary>Labels of this epoch bound the error rate at this threshold.</summary>
    Proven,

    /// <summary>Stopped: nothing is served before labels prove a threshold, and they do not yet.</summary>
    AwaitingEvidence,

    /// <summary>Stopped: the labels do not bear the promised error rate out at any threshold.</summary>
    BoundNotMet,
}
