using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Client.RateLimits;

/// <summary>A request that was let in, until it is disposed; or why it was not.</summary>
internal sealed class RateTicket : IDisposable
{
    private readonly TenantRates? _rates;
    private readonly IReadOnlyList<RatePool> _pools;
    private readonly long _tokens;
    private readonly long _takenAt;
    private bool _left;

    public RateTicket(TenantRates? rates, IReadOnlyList<RatePool> pools, long tokens, IReadOnlyList<RateFigures> figures, RateRefusal? refusal, long takenAt = 0)
    {
        _rates = rates;
        _pools = pools;
        _tokens = tokens;
        _takenAt = takenAt;
        Figures = figures;
        Refusal = refusal;
    }

    /// <summary>No limit holds.</summary>
    public static RateTicket Unlimited { get; } = new(null, [], 0, [], null);

    /// <summary>For headers: the tightest limit of each kind.</summary>
    public IReadOnlyList<RateFigures> Figures { get; }

    /// <summary>Set where the request was not let in.</summary>
    public RateRefusal? Refusal { get; }

    /// <summary>The request used this many tokens and not those it was let in with.</summary>
    public void Correct(long tokens) => _rates?.Correct(_pools, tokens - _tokens, _takenAt);

    public void Dispose()
    {
        if (_left)
            return;
        _left = true;
        _rates?.Leave(_pools);
    }
}

/// <param name="Kind">Of what.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Remaining">Left for everybody.</param>
/// <param name="Reset">Until all of it is left.</param>
internal readonly record struct RateFigures(RateKind Kind, long Limit, long Remaining, TimeSpan Reset);

/// <param name="Subject">Whose limit.</param>
/// <param name="Kind">Of what.</param>
/// <param name="Limit">The limit.</param>
/// <param name="RetryAfter">When it may be let in; null where it never is.</param>
internal sealed record RateRefusal(string Subject, RateKind Kind, long Limit, TimeSpan? RetryAfter);
