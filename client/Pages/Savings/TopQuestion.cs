using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Client.Pages.Savings;

/// <summary>A question of the latest requests.</summary>
/// <param name="Tenant">Who asked it.</param>
/// <param name="Money">How often, and what it cost.</param>
/// <param name="Words">The question; null where the tenant's text may not be shown, or is not known.</param>
internal sealed record TopQuestion(string Tenant, QuestionMoney Money, string? Words)
{
    /// <summary>The questions that the most money would have gone to, and those asked more than once, the most frequent first; at most <paramref name="most"/> each.</summary>
    /// <param name="entries">The latest requests.</param>
    /// <param name="shown">Tenants whose text may be shown, with the answers that the cache gave them most often.</param>
    /// <param name="most">Questions of a list.</param>
    public static (IReadOnlyList<TopQuestion> ByMoney, IReadOnlyList<TopQuestion> ByCount) Of(
        IEnumerable<LedgerEntry> entries, IReadOnlyDictionary<string, IReadOnlyList<MostServedAnswer>> shown, int most)
    {
        var tenants = entries.GroupBy(static e => e.TenantId).Select(static of =>
        {
            var questions = new TopQuestions();
            foreach (var entry in of)
                questions.Add(entry);
            return (Tenant: of.Key, Questions: questions);
        }).ToList();
        return (
            [.. tenants.SelectMany(t => t.Questions.Top(most).Select(q => Named(t.Tenant, q))).OrderByDescending(static q => q.Money.BaselineUsd).Take(most)],
            [.. tenants.SelectMany(t => t.Questions.MostAsked(most).Where(static q => q.Requests > 1).Select(q => Named(t.Tenant, q))).OrderByDescending(static q => q.Money.Requests).Take(most)]);

        // A ledger that keeps no words has the beginning of the fingerprint by which the cache knows an answer.
        TopQuestion Named(string tenant, QuestionMoney question) => new(
            tenant,
            question,
            shown.TryGetValue(tenant, out var answers)
                ? question.Question ?? answers.FirstOrDefault(a => a.Entry.StartsWith(question.Hash, StringComparison.Ordinal))?.Question
                : null);
    }
}
