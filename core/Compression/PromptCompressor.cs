using System.Text;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// Shortens the context of a question to the sentences the question needs. Two phases, because the pruner model runs elsewhere:
/// <see cref="Prepare"/> splits, protects and scores by words; <see cref="Complete"/> mixes in the model's scores, if any, and
/// writes the result. Pure and deterministic: the same input gives the same bytes. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A sentence is kept unchanged or left out as a whole; structure (code, data, tables, headings) is always kept. The question,
/// instructions and earlier turns must not be passed in: they are never compressed.
/// </remarks>
public sealed class PromptCompressor
{
    private readonly ScoreMixture _mixture;

    public PromptCompressor()
        : this(ScoreMixture.Default)
    {
    }

    internal PromptCompressor(ScoreMixture mixture) => _mixture = mixture;

    /// <summary>Splits and scores one live block of the prompt. May already abstain; completing such a plan returns the block unchanged.</summary>
    /// <param name="question">The latest user question, in whose light the context is pruned.</param>
    /// <param name="context">The block: the documents in the user's turn, without the question.</param>
    /// <param name="settings">How far to go.</param>
    /// <param name="counter">Counts tokens as the target model does.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public CompressionPlan Prepare(string question, string context, CompressionSettings settings, ITokenCounter counter)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(counter);
        settings.Validate();
        var tokens = counter.Count(context);
        var terms = QuestionTerms.Read(question);
        var reason = tokens < settings.MinimumContextTokens ? AbstainReason.TooSmall
            : settings.TokenBudget is { } budget && tokens <= budget ? AbstainReason.NotWorthIt
            : terms.AsksForWhole ? AbstainReason.WholeContext
            : !terms.IsSpecific ? AbstainReason.NoQuestion
            : AbstainReason.None;
        return reason == AbstainReason.None
            ? Plan(question, terms, context, ContextSegmenter.Segment(context), tokens, settings, counter)
            : new CompressionPlan(question, context, settings, counter) { AbstainReason = reason, TokensBefore = tokens };
    }

    /// <summary>
    /// The same for a context that comes split (the evaluation sets do): the sentences joined by a space, or by a blank line
    /// before an index in <paramref name="paragraphStarts"/>.
    /// </summary>
    internal CompressionPlan PrepareSplit(
        string question, IReadOnlyList<string> sentences, IReadOnlySet<int> paragraphStarts, CompressionSettings settings, ITokenCounter counter)
    {
        var context = new StringBuilder();
        var units = new ContextUnit[sentences.Count];
        var paragraph = 0;
        for (var i = 0; i < units.Length; i++)
        {
            var opens = paragraphStarts.Contains(i);
            paragraph += opens ? 1 : 0;
            if (i > 0)
                context.Append(opens ? "\n\n" : " ");
            units[i] = new ContextUnit(context.Length, context.Length + sentences[i].Length, UnitKind.Prose, paragraph, Section: paragraph);
            context.Append(sentences[i]);
        }

        var text = context.ToString();
        return Plan(question, QuestionTerms.Read(question), text, units, counter.Count(text), settings, counter);
    }

    /// <summary>Chooses what stays and writes it.</summary>
    /// <param name="plan">From <see cref="Prepare"/>.</param>
    /// <param name="prunerSentenceLogits">
    /// One logit for each of <see cref="CompressionPlan.Sentences"/>, higher where the sentence is needed; null where the model was
    /// skipped or unavailable, and then words alone decide.
    /// </param>
    /// <exception cref="ArgumentException">The number of logits is not the number of sentences.</exception>
    public CompressionResult Complete(CompressionPlan plan, IReadOnlyList<float>? prunerSentenceLogits)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (prunerSentenceLogits is not null && prunerSentenceLogits.Count != plan.Sentences.Count)
        {
            throw new ArgumentException(
                $"{prunerSentenceLogits.Count} logits for {plan.Sentences.Count} sentences; there must be one for each.", nameof(prunerSentenceLogits));
        }

        if (plan.AbstainReason != AbstainReason.None)
            return Unchanged(plan, plan.AbstainReason);
        var usable = plan.NeedsPruner && prunerSentenceLogits is not null && prunerSentenceLogits.All(float.IsFinite);
        var scores = _mixture.Combine(plan.Features, usable ? prunerSentenceLogits : null);
        var keptLive = BudgetAllocator.Allocate(scores, plan.Costs, plan.LeansOn, plan.Budget);
        var unitScores = new double[plan.Units.Length];
        for (var i = 0; i < plan.Live.Length; i++)
            unitScores[plan.Live[i]] = scores[i];

        while (true)
        {
            var kept = KeptUnits(plan, keptLive);
            var (text, removed) = Emitter.Emit(plan.Context, plan.Units, kept, unitScores);
            var tokens = plan.Counter.Count(text);
            // Token counts of parts add up to the whole's only nearly; a hard budget is met by giving up the weakest sentence.
            if (plan.Settings.TokenBudget is { } budget && tokens > budget && DropWeakest(scores, keptLive))
                continue;
            if (plan.TokensBefore - tokens < plan.Settings.MinimumSavedTokens)
                return Unchanged(plan, AbstainReason.NotWorthIt);
            return new CompressionResult(true, AbstainReason.None, text, plan.TokensBefore, tokens, removed, usable) { KeptUnits = kept };
        }
    }

    private CompressionPlan Plan(
        string question, QuestionTerms terms, string context, ContextUnit[] units, int tokens, CompressionSettings settings, ITokenCounter counter)
    {
        var repeats = Repeats.Find(context, units);
        var live = Enumerable.Range(0, units.Length).Where(i => units[i].Kind == UnitKind.Prose && !repeats[i]).ToArray();
        var costs = Array.ConvertAll(live, i => Cost(units[i]));
        var liveTokens = costs.Sum();
        var repeatedTokens = Enumerable.Range(0, units.Length).Where(i => repeats[i]).Sum(i => Cost(units[i]));
        var proseTokens = liveTokens + repeatedTokens;
        var budget = settings.TokenBudget is { } total
            ? Math.Max(0, total - (tokens - proseTokens))
            : (int)(settings.KeepRate * proseTokens);
        var features = LexicalScorer.Score(context, units, live, terms);
        var reason = live.Length == 0 ? AbstainReason.NothingLive : features.IsFlat ? AbstainReason.Flat : AbstainReason.None;
        var needsPruner = reason == AbstainReason.None && _mixture.For(features).Pruner != 0 && budget < liveTokens;
        return new CompressionPlan(question, context, settings, counter)
        {
            AbstainReason = reason,
            TokensBefore = tokens,
            Units = units,
            Repeats = repeats,
            Live = live,
            Costs = costs,
            Budget = budget,
            Features = features,
            LeansOn = Antecedents.Find(context, units, live),
            Sentences = needsPruner ? Array.ConvertAll(live, i => Text(units[i]).ToString()) : [],
        };

        ReadOnlySpan<char> Text(ContextUnit unit) => context.AsSpan(unit.Start, unit.Length);

        // With the space before it, as the encoding's tokens have it.
        int Cost(ContextUnit unit)
        {
            var start = unit.Start > 0 && context[unit.Start - 1] == ' ' ? unit.Start - 1 : unit.Start;
            return counter.Count(context.AsSpan(start, unit.End - start));
        }
    }

    private static bool[] KeptUnits(CompressionPlan plan, bool[] keptLive)
    {
        var kept = new bool[plan.Units.Length];
        for (var i = 0; i < plan.Live.Length; i++)
            kept[plan.Live[i]] = keptLive[i];
        for (var i = 0; i < kept.Length; i++)
        {
            if (plan.Units[i].Kind == UnitKind.Structure)
                kept[i] = true;
            if (plan.Units[i].Kind != UnitKind.Marker)
                continue;
            var hasText = false;
            for (var k = i + 1; k < kept.Length && plan.Units[k].Paragraph == plan.Units[i].Paragraph; k++)
            {
                hasText = true;
                kept[i] |= kept[k];
            }

            kept[i] |= !hasText;
        }

        return kept;
    }

    private static bool DropWeakest(double[] scores, bool[] kept)
    {
        var weakest = -1;
        for (var i = 0; i < kept.Length; i++)
        {
            // Of equals the later one goes, as in the allocation.
            if (kept[i] && (weakest < 0 || scores[i] <= scores[weakest]))
                weakest = i;
        }

        if (weakest >= 0)
            kept[weakest] = false;
        return weakest >= 0;
    }

    private static CompressionResult Unchanged(CompressionPlan plan, AbstainReason reason) =>
        new(false, reason, plan.Context, plan.TokensBefore, plan.TokensBefore, [], PrunerUsed: false);
}
