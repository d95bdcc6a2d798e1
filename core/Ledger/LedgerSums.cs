namespace OrleansLlm.Core.Ledger;

/// <summary>Sums over ledger entries. Adding is associative and commutative, so deltas merge in any order.</summary>
public sealed record LedgerSums
{
    public static LedgerSums Zero { get; } = new();

    /// <summary>Callers' requests.</summary>
    public long Requests { get; init; }

    /// <summary>Requests looked up and not found.</summary>
    public long Misses { get; init; }

    /// <summary>Requests answered by what the same had been answered.</summary>
    public long ExactHits { get; init; }

    /// <summary>Requests answered by what one of the same meaning had been answered.</summary>
    public long SemanticHits { get; init; }

    /// <summary>Requests that shared a call in flight.</summary>
    public long PendingHits { get; init; }

    /// <summary>Requests that the cache was not asked for.</summary>
    public long Bypassed { get; init; }

    /// <summary>Calls that checked semantic hits after their replies; no requests, their cost stands in the sums.</summary>
    public long Verifications { get; init; }

    /// <summary>Upstream attempts that gave no answer and may be billed; no requests, their estimated cost stands in the sums.</summary>
    public long Attempts { get; init; }

    /// <summary>Requests answered with a status of 400 or above.</summary>
    public long Errors { get; init; }

    /// <summary>Prompt tokens as callers sent them.</summary>
    public long PromptTokensBefore { get; init; }

    /// <summary>Prompt tokens billed, after cache and compression.</summary>
    public long PromptTokensBilled { get; init; }

    /// <summary>Part of the billed prompt tokens that the providers' prefix caches served.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Completion tokens callers received, also from the cache.</summary>
    public long CompletionTokensServed { get; init; }

    /// <summary>Completion tokens billed.</summary>
    public long CompletionTokensBilled { get; init; }

    /// <summary>Part of the billed completion tokens spent on hidden reasoning.</summary>
    public long ReasoningTokens { get; init; }

    /// <summary>USD billed by the providers.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>USD that the requested models would have cost, uncompressed and uncached.</summary>
    public decimal BaselineUsd { get; init; }

    /// <summary>Adds up to <see cref="BaselineUsd"/> minus <see cref="CostUsd"/>.</summary>
    public SavingsBreakdown Saved { get; init; }

    /// <summary>What layers in shadow mode would have saved; not part of <see cref="Saved"/>.</summary>
    public SavingsBreakdown ShadowSaved { get; init; }

    /// <summary>Requests whose model or service tier has no price: a model's money is missing from the sums, a tier's stands there at the list price.</summary>
    public long Unpriced { get; init; }

    /// <summary>Requests with a token figure counted here because the upstream gave none.</summary>
    public long Estimated { get; init; }

    /// <summary>Share of looked-up requests that a call was spared for, in [0,1]; 0 without look-ups.</summary>
    public double HitRate
    {
        get
        {
            var hits = ExactHits + SemanticHits + PendingHits;
            return hits + Misses == 0 ? 0 : (double)hits / (hits + Misses);
        }
    }

    public static LedgerSums Of(LedgerEntry entry) => Zero.With(entry);

    /// <summary>These and one entry more.</summary>
    public LedgerSums With(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var isRequest = entry.HitKind is not (HitKind.Verification or HitKind.Attempt);
        return new LedgerSums
        {
            Requests = Requests + One(isRequest),
            Misses = Misses + One(entry.HitKind is HitKind.Miss),
            ExactHits = ExactHits + One(entry.HitKind is HitKind.Exact),
            SemanticHits = SemanticHits + One(entry.HitKind is HitKind.Semantic),
            PendingHits = PendingHits + One(entry.HitKind is HitKind.Pending),
            Bypassed = Bypassed + One(entry.HitKind is HitKind.Bypass),
            Verifications = Verifications + One(entry.HitKind is HitKind.Verification),
            Attempts = Attempts + One(entry.HitKind is HitKind.Attempt),
            Errors = Errors + One(entry.Status >= 400 && isRequest),
            PromptTokensBefore = PromptTokensBefore + entry.PromptTokensBefore,
            PromptTokensBilled = PromptTokensBilled + entry.Usage.PromptTokens,
            CachedTokens = CachedTokens + entry.Usage.CachedTokens,
            CompletionTokensServed = CompletionTokensServed + entry.CompletionTokensServed,
            CompletionTokensBilled = CompletionTokensBilled + entry.Usage.CompletionTokens,
            ReasoningTokens = ReasoningTokens + entry.Usage.ReasoningTokens,
            CostUsd = CostUsd + entry.CostUsd,
            BaselineUsd = BaselineUsd + entry.BaselineUsd,
            Saved = Saved + entry.Saved,
            ShadowSaved = ShadowSaved + entry.ShadowSaved,
            Unpriced = Unpriced + One(!entry.Priced),
            Estimated = Estimated + One(entry.Estimated),
        };
    }

    public static LedgerSums operator +(LedgerSums left, LedgerSums right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new LedgerSums
        {
            Requests = left.Requests + right.Requests,
            Misses = left.Misses + right.Misses,
            ExactHits = left.ExactHits + right.ExactHits,
            SemanticHits = left.SemanticHits + right.SemanticHits,
            PendingHits = left.PendingHits + right.PendingHits,
            Bypassed = left.Bypassed + right.Bypassed,
            Verifications = left.Verifications + right.Verifications,
            Attempts = left.Attempts + right.Attempts,
            Errors = left.Errors + right.Errors,
            PromptTokensBefore = left.PromptTokensBefore + right.PromptTokensBefore,
            PromptTokensBilled = left.PromptTokensBilled + right.PromptTokensBilled,
            CachedTokens = left.CachedTokens + right.CachedTokens,
            CompletionTokensServed = left.CompletionTokensServed + right.CompletionTokensServed,
            CompletionTokensBilled = left.CompletionTokensBilled + right.CompletionTokensBilled,
            ReasoningTokens = left.ReasoningTokens + right.ReasoningTokens,
            CostUsd = left.CostUsd + right.CostUsd,
            BaselineUsd = left.BaselineUsd + right.BaselineUsd,
            Saved = left.Saved + right.Saved,
            ShadowSaved = left.ShadowSaved + right.ShadowSaved,
            Unpriced = left.Unpriced + right.Unpriced,
            Estimated = left.Estimated + right.Estimated,
        };
    }

    public static LedgerSums Add(LedgerSums left, LedgerSums right) => left + right;

    private static long One(bool condition) => condition ? 1 : 0;
}
