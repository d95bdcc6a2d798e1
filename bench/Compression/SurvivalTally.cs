namespace OrleansLlm.Bench.Compression;

/// <summary>What survived of the records of one set, for one method and rate.</summary>
internal sealed class SurvivalTally
{
    private readonly List<double> _allGold = [];
    private readonly List<double> _goldWords = [];
    private readonly List<double> _answers = [];
    private readonly List<double> _rateErrors = [];

    public void Add(EvidenceRecord record, bool[] kept, double achieved, double target)
    {
        _allGold.Add(record.Gold.All(g => kept[g]) ? 1 : 0);
        var words = record.Gold.Sum(g => Words(record.Sentences[g]));
        _goldWords.Add(record.Gold.Where(g => kept[g]).Sum(g => (double)Words(record.Sentences[g])) / words);
        // A context left as it was has no rate; such are counted apart.
        if (achieved < 1)
            _rateErrors.Add(Math.Abs(achieved - target));
        // An answer that is not said in the context in so many words cannot survive.
        var sayable = record.Answers.Where(a => a.Length > 0 && record.Sentences.Any(s => Says(s, a))).ToList();
        if (sayable.Count > 0)
            _answers.Add(sayable.Any(a => record.Sentences.Where((s, i) => kept[i] && Says(s, a)).Any()) ? 1 : 0);
    }

    /// <param name="context">Where to.</param>
    /// <param name="suite">The suite's name.</param>
    /// <param name="prefix">Set, method and rate.</param>
    /// <param name="withRate">Whether the rate error belongs to the figures.</param>
    public void Report(SuiteContext context, string suite, string prefix, bool withRate)
    {
        context.Report(suite, prefix + ".all-gold", 100 * _allGold.Average(), "%", _allGold.Count);
        context.Report(suite, prefix + ".gold-words", 100 * _goldWords.Average(), "%", _goldWords.Count);
        if (_answers.Count > 0)
            context.Report(suite, prefix + ".answer", 100 * _answers.Average(), "%", _answers.Count);
        if (!withRate)
            return;
        context.Report(suite, prefix + ".rate-error.mean", _rateErrors.Average(), "share", _rateErrors.Count);
        context.Report(suite, prefix + ".rate-error.max", _rateErrors.Max(), "share", _rateErrors.Count);
    }

    private static bool Says(string sentence, string answer) => sentence.Contains(answer, StringComparison.OrdinalIgnoreCase);

    private static int Words(string sentence) => sentence.AsSpan().Count(' ') + 1;
}
