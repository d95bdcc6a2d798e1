namespace OrleansLlm.Core.Routing;

/// <summary>
/// Holds the latest scores against those that a certificate was made on. While they have drifted apart (population stability index above 0.25),
/// the certificate says nothing of the traffic. Safe for concurrent use.
/// </summary>
/// <param name="expected">Shares of <see cref="ScoreDistribution.Bins"/> bins.</param>
public sealed class ScoreDriftMonitor(IReadOnlyList<double> expected)
{
    /// <summary>Index above which scores have drifted.</summary>
    public const double Limit = 0.25;

    /// <summary>Scores that the index is taken of.</summary>
    public const int Window = 1000;

    // Where a window is half full the index of an unchanged distribution is far below the limit already: about bins/n.
    private const int Fewest = Window / 2;

    private readonly Lock _lock = new();
    private readonly int[] _latest = new int[Window];
    private readonly int[] _counts = new int[ScoreDistribution.Bins];
    private int _seen;

    /// <summary>The index; 0 while there are too few scores.</summary>
    public double Index { get; private set; }

    /// <summary>Whether scores have drifted.</summary>
    public bool HasDrifted => Index > Limit;

    /// <summary>Adds a score; true where this changed <see cref="HasDrifted"/>.</summary>
    public bool Add(double probability)
    {
        lock (_lock)
        {
            var before = HasDrifted;
            var place = _seen % Window;
            if (_seen >= Window)
                _counts[_latest[place]]--;
            _latest[place] = ScoreDistribution.BinOf(probability);
            _counts[_latest[place]]++;
            // Kept from running over: only whether the window is full matters from there on.
            _seen = _seen == (2 * Window) - 1 ? Window : _seen + 1;
            var held = Math.Min(_seen, Window);
            if (held >= Fewest)
                Index = ScoreDistribution.StabilityIndex(expected, [.. _counts.Select(c => (double)c / held)]);
            return HasDrifted != before;
        }
    }
}
