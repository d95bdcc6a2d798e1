using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Silo.Upstream.Resilience;

/// <summary>
/// <c>OrleansLlm:Resilience</c>: what is repeated, and when a deployment (a provider and a model) is left alone. Nothing of it happens after
/// the first byte of an answer. Takes effect at start.
/// </summary>
public sealed class ResilienceOptions
{
    public const string Section = "OrleansLlm:Resilience";

    /// <value>
    /// Repetitions of a call that was never sent or was answered 408, 429, 500, 502, 503, 504 or 529, 0 to 10. Default 2, as in OpenAI's own clients;
    /// a call that was repeated in vain says <c>x-should-retry: false</c>, so that those do not repeat it again.
    /// </value>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 2;

    /// <value>First pause, 10 ms to one minute; it doubles, with jitter. Default 500 ms, as in OpenAI's own clients.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <value>Longest pause, 10 ms to 10 minutes. Default 10 s. A reply that asks for a longer one goes to the caller as it is.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <value>
    /// Whether a call that was sent and got no answer (the first-byte deadline, a broken connection) is repeated too. It may be billed twice, and
    /// stands in the ledger twice. Default false: the caller decides.
    /// </value>
    public bool RetryUnanswered { get; set; }

    /// <value>Share of failing calls (no answer, 408, 500, 502, 503, 504 or 529) that opens a deployment's circuit, 0.01 to 1. Default 0.5.</value>
    [Range(0.01, 1.0)]
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <value>Calls in <see cref="BreakerWindow"/> below which no circuit opens, 2 to 10,000. Default 10.</value>
    [Range(2, 10_000)]
    public int BreakerMinimumCalls { get; set; } = 10;

    /// <value>The time that the share is taken over, one second to 10 minutes. Default 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <value>How long an open circuit lets no call through, 500 ms to 10 minutes. Default 15 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:10:00")]
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <value>How long other deployments of the model take over after a 429 without <c>retry-after</c>, up to one hour. Default 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Cooldown { get; set; } = TimeSpan.FromSeconds(5);

    /// <value>Longest time they take over whatever <c>retry-after</c> says, up to one day. Default one minute.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaxCooldown { get; set; } = TimeSpan.FromMinutes(1);
}
