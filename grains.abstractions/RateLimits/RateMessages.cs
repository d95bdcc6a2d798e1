using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Grains.Abstractions.RateLimits;

/// <summary>What a process wants of one limit.</summary>
/// <param name="Subject">Whose, see <see cref="RateLimit"/>.</param>
/// <param name="Kind">Of what.</param>
/// <param name="Limit">The limit as the process knows it.</param>
/// <param name="Needed">For requests that wait; of concurrent requests for those that run as well.</param>
/// <param name="Spare">To have in hand; given only where it is there.</param>
/// <param name="Charged">Used without having been given (positive), or given and not used (negative).</param>
[GenerateSerializer, Immutable, Alias("orleansllm.ratelimit.demand.v1")]
public readonly record struct RateDemand(
    [property: Id(0)] string Subject,
    [property: Id(1)] RateKind Kind,
    [property: Id(2)] long Limit,
    [property: Id(3)] long Needed,
    [property: Id(4)] long Spare,
    [property: Id(5)] long Charged);

/// <summary>What it gets.</summary>
/// <param name="Granted">Given; of concurrent requests all that it may hold.</param>
/// <param name="Remaining">What is left for everybody after it.</param>
/// <param name="RetryAfter">When what was needed and not given may be there.</param>
/// <param name="ResetsAfter">When nothing of what was used counts any more.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.ratelimit.grant.v1")]
public readonly record struct RateGrant(
    [property: Id(0)] long Granted, [property: Id(1)] long Remaining, [property: Id(2)] TimeSpan RetryAfter, [property: Id(3)] TimeSpan ResetsAfter);

/// <summary>A limit, see <see cref="RateLimit"/>.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.ratelimit.cap.v1")]
public readonly record struct RateCap(
    [property: Id(0)] string Subject, [property: Id(1)] long? RequestsPerMinute, [property: Id(2)] long? TokensPerMinute, [property: Id(3)] long? Concurrent)
{
    public static RateCap From(RateLimit limit)
    {
        ArgumentNullException.ThrowIfNull(limit);
        return new(limit.Subject, limit.RequestsPerMinute, limit.TokensPerMinute, limit.Concurrent);
    }

    public RateLimit ToLimit() => new(Subject, RequestsPerMinute, TokensPerMinute, Concurrent);
}
