using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Client.RateLimits;

/// <summary>What this process may hand out of one limit by itself. Guarded by its tenant's lock.</summary>
internal sealed class RatePool(string subject, RateKind kind)
{
    public string Subject => subject;

    public RateKind Kind => kind;

    public long Limit { get; set; }

    /// <summary>In hand. Below zero where requests used more than they had taken. Of concurrent requests: the share.</summary>
    public long Held { get; set; }

    /// <summary>Concurrent requests under way.</summary>
    public long Running { get; set; }

    /// <summary>What requests that wait want together.</summary>
    public long Waiting { get; set; }

    /// <summary>Left for everybody, when the grain was last asked.</summary>
    public long Remaining { get; set; }

    /// <summary>A <see cref="TimeProvider.GetTimestamp"/> value: before it the grain is not asked again; 0 for none.</summary>
    public long EmptyUntil { get; set; }

    /// <summary>Likewise: when what was wanted may be there.</summary>
    public long RetryAt { get; set; }

    /// <summary>Likewise: when nothing of what was used counts any more.</summary>
    public long ResetsAt { get; set; }

    /// <summary>Whether anything was taken since the last tidying.</summary>
    public bool Used { get; set; }

    /// <summary>Whether there is anything to tell the grain, or to ask it for.</summary>
    public bool IsOpen => Waiting > 0 || (kind == RateKind.Concurrent ? Held > 0 || Running > 0 : Held < 0 || Held > Kept);

    /// <summary>What is not given back: all that is wanted, and a little where more will be.</summary>
    public long Kept => Waiting + (Used || Waiting > 0 ? Spare : 0);

    public long Available => kind == RateKind.Concurrent ? Held - Running : Held;

    // A two hundredth in hand keeps what idle processes hold back within a percent of the limit.
    public long Spare => kind == RateKind.Concurrent ? Limit / 50 : Limit / 200;
}
