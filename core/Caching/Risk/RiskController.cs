namespace OrleansLlm.Core.Caching.Risk;

/// <summary>
/// Moves the acceptance threshold of one partition class so that wrong / hits stays at or below the promised rate.
/// <list type="bullet">
/// <item>Thresholds lie on a fixed ladder; each has its own confidence sequence (<see cref="ErrorRateBounds"/>) over the would-be hits at or above it.</item>
/// <item>Selection is covered: half of the error probability goes to the starting threshold and then, in fixed order, to each looser one
/// once all before it are proven (fixed-sequence testing: Maurer, Hothorn and Lehmacher 1995; used for risk control by Angelopoulos et
/// al., "Learn then Test", 2021). The other half is divided evenly among the stricter ones (Bonferroni). So with probability
/// <see cref="RiskSettings.Confidence"/> no threshold that is proven within an epoch has a higher error rate.</item>
/// <item>Before evidence the starting threshold may serve on trust (the prior that ships with the model). It is given up for the next
/// stricter one when labels show it to err too often, or when they fail to prove it within their budget; past the strictest one, semantic
/// serving stops. Trust once lost is regained only by proof.</item>
/// <item>Old labels are not faded, which would void the bound: an epoch's labels all count alike, the next epoch begins without them and
/// with the threshold that this one ended with. The promise holds per epoch.</item>
/// </list>
/// Pure and deterministic: the same labels in the same order give the same thresholds. Not safe for concurrent use: one writer owns it.
/// </summary>
public sealed class RiskController
{
    // Shares are configured, so that they are few; a weight beyond these is left out, which loses evidence and nothing else.
    private const int MostWeights = 16;

    private readonly RiskSettings _settings;
    private readonly List<WeightedCount>[] _evidence;
    private readonly long[] _served;
    private readonly long[] _reported;
    private RiskState _state;
    private RiskDecision? _decision;

    private RiskController(RiskSettings settings, RiskState state)
    {
        _settings = settings;
        _state = state;
        _evidence = [.. state.Evidence.Select(e => e.ToList())];
        _served = [.. state.Served];
        _reported = [.. state.Reported];
    }

    /// <summary>What is to be kept; <see cref="Resume"/> goes on from it.</summary>
    public RiskState State => _state with { Evidence = [.. _evidence.Select(e => e.ToArray())], Served = [.. _served], Reported = [.. _reported] };

    /// <summary>The threshold now.</summary>
    public RiskDecision Decision => _decision ??= Decide();

    /// <summary>Upper bound of the error rate at the decision's threshold, at the level that it is tested at; 1 without labels.</summary>
    public double UpperBound
    {
        get
        {
            var told = Told(Decision.Threshold is { } threshold ? Array.IndexOf(_state.Ladder, threshold) : _state.Ladder.Length);
            return ErrorRateBounds.UpperBound(_evidence[told], LevelOf(told));
        }
    }

    /// <summary>Hits of this epoch that callers called wrong.</summary>
    public long Reported => _reported[0];

    private bool TrustsNothing => _state.Trusted >= _state.Ladder.Length;

    /// <summary>Starts without labels.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="modelId">Names the policy whose scores these are.</param>
    /// <param name="thresholds">The ladder, in any order; each in (0,1).</param>
    /// <param name="prior">The threshold that ships with the model; it joins the ladder.</param>
    /// <param name="now">Start of the first epoch.</param>
    /// <exception cref="ArgumentException">The settings or a threshold are out of range.</exception>
    public static RiskController Start(RiskSettings settings, string modelId, IEnumerable<double> thresholds, double prior, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Validate() is { } problem)
            throw new ArgumentException(problem, nameof(settings));
        double[] ladder = [.. thresholds.Append(prior).Distinct().Order()];
        if (ladder[0] <= 0 || ladder[^1] >= 1)
            throw new ArgumentException("every threshold must lie between 0 and 1", nameof(thresholds));
        var start = Array.IndexOf(ladder, prior);
        return new(settings, new RiskState
        {
            ModelId = modelId,
            Ladder = ladder,
            Start = start,
            Trusted = settings.ServeBeforeEvidence ? start : ladder.Length,
            EpochStartedAt = now,
            Evidence = [.. ladder.Select(_ => Array.Empty<WeightedCount>())],
            Served = new long[ladder.Length],
            Reported = new long[ladder.Length],
        });
    }

    /// <summary>Goes on from a kept state; starts anew where it is about other scores or another ladder.</summary>
    public static RiskController Resume(
        RiskState? state, RiskSettings settings, string modelId, IEnumerable<double> thresholds, double prior, DateTimeOffset now)
    {
        var fresh = Start(settings, modelId, thresholds, prior, now);
        return state is not null && state.ModelId == modelId && state.Ladder.SequenceEqual(fresh._state.Ladder) ? new(settings, state) : fresh;
    }

    /// <summary>Counts a label.</summary>
    public RiskDecision Add(in RiskLabel label, DateTimeOffset now)
    {
        Turn(now);
        for (var rung = 0; rung < _state.Ladder.Length && label.Score >= _state.Ladder[rung]; rung++)
        {
            if (label.WeightAt(_state.Ladder[rung]) is > 0 and var weight)
                Count(_evidence[rung], Math.Round(weight, 6), label.IsWrong);
        }

        return Changed();
    }

    /// <summary>Counts a hit that was served, right or wrong: what <see cref="AddFeedback"/> is held against.</summary>
    public void AddServed(double score) => CountFrom(_served, score);

    /// <summary>
    /// Counts a caller's verdict on a hit that was served. Callers choose what they report, so that their verdicts are no sample and prove
    /// nothing; but the hits they call wrong are a part of the wrong ones, and where even that part of all hits served shows the promised
    /// rate to be broken, the threshold is given up.
    /// </summary>
    public RiskDecision AddFeedback(double score, bool isWrong, DateTimeOffset now)
    {
        Turn(now);
        if (!isWrong)
            return Decision;
        CountFrom(_reported, score);
        return Changed();
    }

    /// <summary>Counts a comparison that ended undecided.</summary>
    public void AddUnsure() => _state = _state with { Unsure = _state.Unsure + 1 };

    private static void Count(List<WeightedCount> evidence, double weight, bool isWrong)
    {
        var at = evidence.FindIndex(e => e.Weight.Equals(weight));
        if (at < 0)
        {
            if (evidence.Count >= MostWeights)
                return;
            at = evidence.Count;
            evidence.Add(new WeightedCount(weight, 0, 0));
        }

        var count = evidence[at];
        evidence[at] = isWrong ? count with { Wrong = count.Wrong + 1 } : count with { Right = count.Right + 1 };
    }

    private static (double Labels, double Wrong) Weigh(List<WeightedCount> evidence) =>
        (evidence.Sum(e => e.Weight * (e.Right + e.Wrong)), evidence.Sum(e => e.Weight * e.Wrong));

    private void CountFrom(long[] counts, double score)
    {
        for (var rung = 0; rung < counts.Length && score >= _state.Ladder[rung]; rung++)
            counts[rung]++;
    }

    private void Turn(DateTimeOffset now)
    {
        if (now - _state.EpochStartedAt < _settings.EpochLength || _evidence.Max(e => Weigh(e).Labels) < _settings.LabelBudget)
            return;
        var last = Decision.Threshold is { } threshold ? Array.IndexOf(_state.Ladder, threshold) : -1;
        _state = _state with
        {
            Start = last < 0 ? _state.Start : last,
            Trusted = last < 0 ? _state.Ladder.Length : last,
            EpochStartedAt = now,
            Epoch = _state.Epoch + 1,
        };
        Array.ForEach(_evidence, e => e.Clear());
        Array.Clear(_served);
        Array.Clear(_reported);
        _decision = null;
    }

    private RiskDecision Changed()
    {
        while (!TrustsNothing && !IsProven(_state.Trusted) && IsGivenUp(_state.Trusted))
            _state = _state with { Trusted = _state.Trusted + 1 };
        _decision = null;
        return Decision;
    }

    private bool IsGivenUp(int rung) =>
        Weigh(_evidence[rung]).Labels >= _settings.LabelBudget
        || ErrorRateBounds.IsAbove(_evidence[rung], _settings.MaxErrorRate, 1 - _settings.Confidence)
        || IsReported(rung);

    // A verdict may come after a restart that forgot its hit: there are at least as many hits as verdicts.
    private bool IsReported(int rung) => _reported[rung] > 0 && ErrorRateBounds.IsAbove(
        [new WeightedCount(1, Math.Max(0, _served[rung] - _reported[rung]), _reported[rung])], _settings.MaxErrorRate, 1 - _settings.Confidence);

    private double LevelOf(int rung)
    {
        var half = (1 - _settings.Confidence) / 2;
        return rung <= _state.Start ? half : half / (_state.Ladder.Length - 1 - _state.Start);
    }

    private bool IsProven(int rung) => !IsReported(rung) && ErrorRateBounds.IsBelow(_evidence[rung], _settings.MaxErrorRate, LevelOf(rung));

    // The loosest proven threshold; the ladder's length where none is.
    private int LoosestProven()
    {
        var loosest = _state.Ladder.Length;
        for (var rung = _state.Start; rung >= 0 && IsProven(rung); rung--)
            loosest = rung;
        for (var rung = _state.Start + 1; loosest == _state.Ladder.Length && rung < _state.Ladder.Length; rung++)
        {
            if (IsProven(rung))
                loosest = rung;
        }

        return loosest;
    }

    // The threshold that the figures are about.
    private int Told(int served) => served < _state.Ladder.Length ? served : Math.Max(0, Array.FindLastIndex(_evidence, e => e.Count > 0));

    private RiskDecision Decide()
    {
        var proven = LoosestProven();
        var served = Math.Min(proven, _state.Trusted);
        var stopped = served >= _state.Ladder.Length;
        var told = Told(served);
        var (labels, wrong) = Weigh(_evidence[told]);
        RiskReason reason;
        if (served == proven && !stopped)
            reason = RiskReason.Proven;
        else if (!stopped)
            reason = served == _state.Start ? RiskReason.Prior : RiskReason.Tightened;
        else
            reason = _settings.ServeBeforeEvidence || _state.Epoch > 1 || IsGivenUp(_state.Start) ? RiskReason.BoundNotMet : RiskReason.AwaitingEvidence;
        return new(
            stopped ? null : _state.Ladder[served],
            reason,
            labels > 0 ? wrong / labels : 0,
            _evidence[told].Sum(e => e.Right + e.Wrong),
            _evidence[told].Sum(e => e.Wrong));
    }
}
