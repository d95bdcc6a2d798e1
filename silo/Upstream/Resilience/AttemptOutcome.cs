using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream.Resilience;

/// <summary>How a try ended; the names are values of the metric <c>orleansllm.upstream.attempts</c>.</summary>
internal enum AttemptOutcome
{
    Answered,

    /// <summary>An error that another try would get as well.</summary>
    Refused,

    /// <summary>429.</summary>
    Throttled,

    /// <summary>408, 500, 502, 503, 504 or Anthropic's 529.</summary>
    Faulty,
    Unreachable,
    TimedOut,
    Broken,
    Malformed,

    /// <summary>The circuit is open: nothing was sent.</summary>
    Unavailable,

    /// <summary>401: the gateway's key is not taken.</summary>
    KeyRefused,

    /// <summary>403: the gateway's account may not do what was asked. Another's may; this one does not rest, since a request of one caller may be to blame.</summary>
    AccessRefused,
}

internal static class AttemptOutcomes
{
    public static AttemptOutcome Of(UpstreamReply reply) => reply.Failure switch
    {
        UpstreamFailure.Unreachable => AttemptOutcome.Unreachable,
        UpstreamFailure.TimedOut => AttemptOutcome.TimedOut,
        UpstreamFailure.Broken => AttemptOutcome.Broken,
        UpstreamFailure.Malformed => AttemptOutcome.Malformed,
        UpstreamFailure.Unavailable => AttemptOutcome.Unavailable,
        UpstreamFailure.KeyRefused => AttemptOutcome.KeyRefused,
        UpstreamFailure.AccessRefused => AttemptOutcome.AccessRefused,
        _ => reply.Status switch
        {
            < 400 => AttemptOutcome.Answered,
            429 => AttemptOutcome.Throttled,
            408 or 500 or 502 or 503 or 504 or 529 => AttemptOutcome.Faulty,
            _ => AttemptOutcome.Refused,
        },
    };

    /// <summary>Whether the deployment is to blame; a rate limit is none of its faults.</summary>
    public static bool CountsAgainstTheCircuit(this AttemptOutcome outcome) =>
        outcome is AttemptOutcome.Faulty or AttemptOutcome.Unreachable or AttemptOutcome.TimedOut or AttemptOutcome.Broken or AttemptOutcome.Malformed;
}
