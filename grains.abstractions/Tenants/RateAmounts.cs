using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary><c>…:RateLimits</c>: how much may be asked, counted over the whole cluster. Default: no limit.</summary>
public sealed class RateAmounts
{
    /// <value>Most requests in any minute, 1 to a billion.</value>
    [Range(1L, 1_000_000_000L)]
    public long? RequestsPerMinute { get; set; }

    /// <value>Most tokens in any minute, 1 to a trillion: an estimate of the prompt and the bound on the answer at first, what was billed in the end.</value>
    [Range(1L, 1_000_000_000_000L)]
    public long? TokensPerMinute { get; set; }

    /// <value>Most requests at the same time, 1 to a million.</value>
    [Range(1L, 1_000_000L)]
    public long? Concurrent { get; set; }

    /// <summary>The limits for one subject; null where none is set.</summary>
    public RateLimit? ToLimit(string subject) =>
        RequestsPerMinute is null && TokensPerMinute is null && Concurrent is null ? null : new(subject, RequestsPerMinute, TokensPerMinute, Concurrent);
}
