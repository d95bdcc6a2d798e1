using System.Text;
using OrleansLlm.Core.Compression.Records;
using OrleansLlm.Core.Compression.Strategies;
using OrleansLlm.Core.Compression.Structure;
using OrleansLlm.Core.Compression.Words;
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
    private const int MostCorrections = 3;

    private readonly QueryAwareStrategy _queryAware;
    private readonly Bm25Strategy _bm25 = new();
    private readonly TruncateMiddleStrategy _truncateMiddle = new();
    private readonly LlmLingua2Strategy _llmLingua2 = new();

    public PromptCompressor()
        : this(ScoreMixture.Default)
    {
    }

    internal PromptCompressor(ScoreMixture mixture) => _queryAware = new QueryAwareStrategy(mixture);

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
        return Begin(question, context, units: null, isOneOfSeveral: false, settings, counter);
    }

    /// <summary>The same for a document after others of its turn; <paramref name="isOneOfSeveral"/> where the question may compare it with another.</summary>
    internal CompressionPlan PrepareNext(
        string question, string context, SentWordings before, bool isOneOfSeveral, CompressionSettings settings, ITokenCounter counter) =>
        Begin(question, context, units: null, isOneOfSeveral, settings, counter, before);

    /// <summary>The same for stretches that stood in documents, one a line: each is kept or left out as a whole, whatever it looks like.</summary>
    internal CompressionPlan PrepareLines(string question, string lines, bool areOfSeveral, CompressionSettings settings, ITokenCounter counter) => Begin(
        question, lines, Array.ConvertAll(TextLine.Of(lines), line => new ContextUnit(line.Start, line.End, UnitKind.Prose, Paragraph: 0, Section: 0)), areOfSeveral, settings, counter);

    private CompressionPlan Begin(
        string question, string context, ContextUnit[]? units, bool isOneOfSeveral, CompressionSettings settings, ITokenCounter counter, SentWordings? before = null)
    {
        settings.Validate();
        var tokens = counter.Count(context);
        var terms = QuestionTerms.Read(question);
        var reason = tokens < settings.MinimumContextTokens ? AbstainReason.TooSmall
            : settings.TokenBudget is { } budget && tokens <= budget ? AbstainReason.NotWorthIt
            // What differs need not share a word with the question, and then stands in one document and is missing in the other.
            : terms.AsksForWhole || (terms.Contrasts && isOneOfSeveral) ? AbstainReason.WholeContext
            : settings.LosslessOnly ? AbstainReason.QualityFloor
            : !Strategy(settings).NeedsQuestion ? AbstainReason.None
            : !terms.IsSpecific ? AbstainReason.NoQuestion
            : AbstainReason.None;
        return reason is AbstainReason.None or AbstainReason.NoQuestion or AbstainReason.QualityFloor
            ? Plan(question, terms, context, units ?? ContextSegmenter.Segment(context), tokens, settings, counter, reason, before)
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
    /// One logit for each of <see cref="CompressionPlan.Sentences"/>, higher where the sentence is needed, or what
    /// <see cref="CompressionPlan.KeepProbabilities"/> gives; null where the model was skipped or unavailable, and then words alone decide.
    /// </param>
    /// <exception cref="ArgumentException">The number of logits is not the number of sentences.</exception>
    public static CompressionResult Complete(CompressionPlan plan, IReadOnlyList<float>? prunerSentenceLogits)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (prunerSentenceLogits is not null && prunerSentenceLogits.Count != plan.ScoreCount)
        {
            throw new ArgumentException(
                $"{prunerSentenceLogits.Count} logits for {plan.ScoreCount} units; there must be one for each.", nameof(prunerSentenceLogits));
        }

        if (plan.AbstainReason != AbstainReason.None)
            return plan.Units.Length > 0 && plan.AbstainReason != AbstainReason.PrefixCache ? Lossless(plan) : Unchanged(plan, plan.AbstainReason);
        var usable = plan.NeedsPruner && prunerSentenceLogits is not null && prunerSentenceLogits.All(float.IsFinite);
        if (plan.NeedsTokens && !usable)
            return Unchanged(plan, AbstainReason.NoScores);
        var scores = plan.Scores.Combine(usable ? prunerSentenceLogits : null);
        Definitions.Lend(scores, plan.Context, plan.Units, plan.Live);
        Antecedents.LendToExceptions(scores, plan.Exceptional);
        var unitScores = new double[plan.Units.Length];
        for (var i = 0; i < plan.Live.Length; i++)
            unitScores[plan.Live[i]] = scores[i];

        var groups = new RuleGroups(scores, plan);
        var target = plan.Target;
        CompressionResult? best = null;
        for (var (budget, attempt) = (plan.Budget, 0); ; attempt++)
        {
            var chosen = groups.Units(
                BudgetAllocator.Allocate(groups.Scores, groups.Costs, groups.LeansOn, budget, target.Aim - target.Fewest, target.Ceiling - target.Aim));
            var spent = plan.Costs.Where((_, i) => chosen[i]).Sum();
            Antecedents.KeepExceptions(chosen, plan.Exceptional);
            var kept = KeptUnits(plan, chosen);
            var (text, removed) = Emitter.Emit(plan.Context, plan.Units, kept, unitScores, plan.Repeated, plan.Cuts);
            var tokens = plan.Counter.Count(text);
            var isPermitted = target.Permits(tokens);
            if (isPermitted && (best is null || Math.Abs(tokens - target.Aim) < Math.Abs(best.TokensAfter - target.Aim)))
                best = new CompressionResult(true, AbstainReason.None, text, plan.TokensBefore, tokens, removed, usable) { KeptUnits = kept };
            var isOver = tokens > target.Most;
            // Counts of parts add up to the whole's only nearly: what the whole has besides the chosen ones is known now, and it is chosen again.
            var rest = tokens - spent;
            var next = Math.Max(0, target.Aim - rest);
            if (target.Holds(tokens) || (isPermitted && next == budget) || (isOver && budget == 0) || (attempt >= MostCorrections && (best is not null || !isOver)))
                break;
            budget = isOver && !isPermitted ? Math.Min(next, budget - 1) : next;
        }

        return best is null ? Unchanged(plan, plan.Settings.Saving is null ? AbstainReason.StructureAboveBudget : AbstainReason.PrefixCache)
            : plan.TokensBefore - best.TokensAfter < plan.Settings.MinimumSavedTokens ? Unchanged(plan, AbstainReason.NotWorthIt)
            : best with { TokensLossless = plan.TokensBefore - WithoutLoss(plan).Tokens };
    }

    /// <summary>Where no sentence may be chosen, repeats and white space still go.</summary>
    private static CompressionResult Lossless(CompressionPlan plan)
    {
        var (text, removed, tokens, kept) = WithoutLoss(plan);
        var saved = plan.TokensBefore - tokens;
        var isAllowed = plan.Settings.Saving is not { } saving || (saved + saving.Already <= saving.Most && saving.Rules.Allows(saved + saving.Already));
        return saved < plan.Settings.MinimumSavedTokens || !isAllowed
            ? Unchanged(plan, plan.AbstainReason)
            : new CompressionResult(true, plan.AbstainReason, text, plan.TokensBefore, tokens, removed, PrunerUsed: false)
            {
                TokensLossless = saved, KeptUnits = kept,
            };
    }

    private static (string Text, List<RemovedSpan> Removed, int Tokens, bool[] Kept) WithoutLoss(CompressionPlan plan)
    {
        var kept = KeptUnits(plan, [.. plan.Live.Select(_ => true)]);
        var (text, removed) = Emitter.Emit(plan.Context, plan.Units, kept, new double[plan.Units.Length], plan.Repeated, plan.Cuts);
        return (text, removed, plan.Counter.Count(text), kept);
    }

    private ICompressionStrategy Strategy(CompressionSettings settings) => settings.Strategy switch
    {
        CompressionStrategy.Bm25 => _bm25,
        CompressionStrategy.TruncateMiddle => _truncateMiddle,
        CompressionStrategy.LlmLingua2 => _llmLingua2,
        _ => _queryAware,
    };

    private CompressionPlan Plan(
        string question, QuestionTerms terms, string context, ContextUnit[] units, int tokens, CompressionSettings settings, ITokenCounter counter,
        AbstainReason abstain = AbstainReason.None, SentWordings? before = null)
    {
        var cuts = JsonWhiteSpace.Find(context, units);
        var strategy = Strategy(settings);
        if (settings.ThinRecords && !strategy.ScoresWords && abstain == AbstainReason.None)
            units = RecordUnits.Split(context, units, question, terms);
        var repeats = terms.Compares ? new bool[units.Length] : Repeats.Find(context, units, before);
        if (abstain != AbstainReason.None)
        {
            return new CompressionPlan(question, context, settings, counter)
            {
                AbstainReason = abstain, TokensBefore = tokens, Units = units, Repeated = repeats, Cuts = cuts, Live = Live(units, repeats),
            };
        }

        (int Start, int End)[] scored = [];
        if (strategy.ScoresWords)
        {
            scored = Array.ConvertAll(Live(units, repeats), i => (units[i].Start, units[i].End));
            (units, repeats) = WordUnits.Split(context, units, repeats);
        }

        var live = Live(units, repeats);
        var scores = strategy.Score(context, units, live, terms);
        if (scores.IsFlat && live.Any(i => units[i].Kind == UnitKind.Record))
        {
            // The question speaks of the records that it names, and of nothing else: prose does not pay for the others.
            foreach (var i in live.Where(i => units[i].Kind == UnitKind.Prose))
                units[i] = units[i] with { Kind = UnitKind.Structure };
            live = Live(units, repeats);
            scores = new FixedScores(new double[live.Length], isFlat: false);
        }

        var unitCosts = UnitCosts.Count(context, units, cuts, counter);
        var costs = LiveCosts(units, live, unitCosts);
        var liveTokens = costs.Sum();
        var fixedTokens = Enumerable.Range(0, units.Length).Where(i => units[i].Kind == UnitKind.Structure).Sum(i => unitCosts[i]);
        var asked = settings.TokenBudget ?? (int)(settings.KeepRate * tokens);
        var budget = Math.Max(0, asked - fixedTokens);
        if (settings.TokenBudget is null)
            budget = Math.Max(budget, (int)(CompressionSettings.LeastProseShare * settings.KeepRate * liveTokens));
        var target = TokenRange.For(settings, tokens, settings.TokenBudget ?? fixedTokens + Math.Min(budget, liveTokens));
        if (settings.Saving is not null && target is { } moved)
            budget = Math.Max(0, moved.Aim - fixedTokens);
        var reason = live.Length == 0 ? AbstainReason.NothingLive
            : scores.IsFlat ? AbstainReason.Flat
            : target is null ? AbstainReason.PrefixCache
            : AbstainReason.None;
        var needsPruner = reason == AbstainReason.None && scores.WantsPruner && budget < liveTokens;
        return new CompressionPlan(question, context, settings, counter)
        {
            AbstainReason = reason,
            TokensBefore = tokens,
            Units = units,
            Repeated = repeats,
            Cuts = cuts,
            Live = live,
            Costs = costs,
            Budget = budget,
            Target = target.GetValueOrDefault(),
            Scores = scores,
            LeansOn = strategy.ScoresWords ? [.. Enumerable.Repeat(-1, live.Length)] : Antecedents.Find(context, units, live),
            Exceptional = strategy.ScoresWords ? new bool[live.Length] : Antecedents.Exceptional(context, units, live),
            Scored = scored,
            Sentences = !needsPruner ? []
                : strategy.ScoresWords ? Array.ConvertAll(scored, s => context[s.Start..s.End])
                : Array.ConvertAll(live, i => ContextUnit.TextOf(context, units, i).ToString()),
        };
    }

    private static int[] Live(ContextUnit[] units, bool[] repeats) =>
        [.. Enumerable.Range(0, units.Length).Where(i => units[i].Kind is UnitKind.Record or UnitKind.Word || (units[i].Kind == UnitKind.Prose && !repeats[i]))];

    /// <summary>The cost of each live unit; a list marker or label is paid for by the first sentence after it.</summary>
    private static int[] LiveCosts(ContextUnit[] units, int[] live, int[] unitCosts) => Array.ConvertAll(
        live, i => unitCosts[i] + (i > 0 && units[i - 1].IsLead && units[i - 1].Paragraph == units[i].Paragraph ? unitCosts[i - 1] : 0));

    private static bool[] KeptUnits(CompressionPlan plan, bool[] keptLive)
    {
        var units = plan.Units;
        var kept = new bool[units.Length];
        for (var i = 0; i < plan.Live.Length; i++)
            kept[plan.Live[i]] = keptLive[i];
        // From the end: the next unit that stays, and the next label of each series.
        var next = units.Length;
        var series = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = units.Length - 1; i >= 0; i--)
        {
            if (units[i].IsLead)
            {
                var shape = units[i].Kind == UnitKind.Label ? LineLabel.ShapeOf(plan.Context.AsSpan(units[i].Start, units[i].Length)) : LineLabel.Named;
                var end = shape == LineLabel.Named ? EndOfParagraph(units, next, i) : series.GetValueOrDefault(shape, units.Length);
                kept[i] = next < end || end == i + 1;
                series[shape] = i;
            }
            else
            {
                kept[i] |= units[i].Kind == UnitKind.Structure;
                next = kept[i] ? i : next;
            }
        }

        return kept;
    }

    // As far as it matters: past the next unit that stays, or at once where there is no text.
    private static int EndOfParagraph(ContextUnit[] units, int next, int lead) =>
        lead + 1 == units.Length || units[lead + 1].Paragraph != units[lead].Paragraph ? lead + 1
        : next < units.Length && units[next].Paragraph == units[lead].Paragraph ? next + 1
        : lead;

    private static CompressionResult Unchanged(CompressionPlan plan, AbstainReason reason) =>
        new(false, reason, plan.Context, plan.TokensBefore, plan.TokensBefore, [], PrunerUsed: false);
}
