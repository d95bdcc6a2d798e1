using System.Text.Json;

namespace OrleansLlm.Core.Ledger;

/// <summary>
/// Which questions the money goes to, by what they would have cost without the layers. Questions are told apart by hash; their text is there only
/// where the ledger was told to keep it. Not safe for concurrent use.
/// </summary>
/// <param name="mostKept">Questions held at a time; beyond it the cheaper half is let go of, so that figures of rare questions may be too low.</param>
public sealed class TopQuestions(int mostKept = 50_000)
{
    private readonly Dictionary<string, QuestionMoney> _questions = new(StringComparer.Ordinal);

    public void Add(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.QuestionHash is not { } hash || entry.HitKind is HitKind.Verification or HitKind.Attempt)
            return;
        var known = _questions.GetValueOrDefault(hash) ?? new QuestionMoney(hash, null, entry.RequestedModel, 0, 0, 0m, 0m);
        _questions[hash] = known with
        {
            Question = known.Question ?? entry.Question,
            Requests = known.Requests + 1,
            Hits = known.Hits + (entry.HitKind is HitKind.Exact or HitKind.Semantic or HitKind.Pending ? 1 : 0),
            CostUsd = known.CostUsd + entry.CostUsd,
            BaselineUsd = known.BaselineUsd + entry.BaselineUsd,
        };
        if (_questions.Count > mostKept)
        {
            foreach (var cheap in Ranked().Skip(mostKept / 2).ToList())
                _questions.Remove(cheap.Hash);
        }
    }

    /// <summary>The dearest <paramref name="count"/>, dearest first.</summary>
    public IReadOnlyList<QuestionMoney> Top(int count) => [.. Ranked().Take(count)];

    /// <summary>The <paramref name="count"/> asked most often, the most frequent first.</summary>
    public IReadOnlyList<QuestionMoney> MostAsked(int count) =>
        [.. _questions.Values.OrderByDescending(static q => q.Requests).ThenByDescending(static q => q.BaselineUsd).ThenBy(static q => q.Hash, StringComparer.Ordinal).Take(count)];

    /// <summary>Questions as UTF-8 JSON.</summary>
    public static byte[] ToUtf8Json(IReadOnlyList<QuestionMoney> questions) => JsonSerializer.SerializeToUtf8Bytes([.. questions], LedgerJson.Default.QuestionMoneyArray);

    private IEnumerable<QuestionMoney> Ranked() => _questions.Values.OrderByDescending(static q => q.BaselineUsd).ThenBy(static q => q.Hash, StringComparer.Ordinal);
}

/// <summary>The money of one question.</summary>
/// <param name="Hash">Tells it from others; of the whole request, so that another wording or model is another.</param>
/// <param name="Question">Its text, where the ledger keeps it.</param>
/// <param name="RequestedModel">The model it was put to.</param>
/// <param name="Requests">How often.</param>
/// <param name="Hits">How often the cache, or a call in flight, answered.</param>
/// <param name="CostUsd">USD paid.</param>
/// <param name="BaselineUsd">USD that would have been paid without the layers.</param>
public sealed record QuestionMoney(string Hash, string? Question, string RequestedModel, long Requests, long Hits, decimal CostUsd, decimal BaselineUsd);
