namespace OrleansLlm.Core.Compression;

/// <summary>
/// The lossless step: sentences that the context already states in the same words (<see cref="WordingKey"/>). Overlapping retrieval chunks
/// repeat runs of sentences, so a run of some length goes wherever it recurs, with the cut-off sentences at its ends. A single repeated
/// sentence goes only inside one section, because "Refunds take 30 days." under two products' headings is two facts.
/// </summary>
/// <remarks>
/// What differs in a single word is no repeat: the word may be the fact. So candidates need no similarity sketch (MinHash); equal keys are
/// found by hashing, in time linear in the context.
/// </remarks>
internal sealed class Repeats
{
    private const int ShortestRunWords = 20;
    private const int ShortestSentenceWords = 5;

    // A longer one is found in pieces: what announces lists only ("a:" on every line) must not be read to its end from each of them.
    private const int LongestRun = 256;

    // What goes may bring others side by side that then repeat a run; each pass is linear, and the second one rarely finds anything.
    private const int MostPasses = 4;

    private readonly string _context;
    private readonly ContextUnit[] _units;
    private readonly bool[] _repeated;
    private List<SentWordings.Wording> _sentences;

    private Repeats(string context, ContextUnit[] units, SentWordings? before)
    {
        _context = context;
        _units = units;
        _repeated = new bool[units.Length];
        _sentences = [.. before?.Sentences ?? []];
        _sentences.AddRange(SentWordings.Read(context, units, _sentences.Count == 0 ? 0 : _sentences[^1].Block + 1));
    }

    /// <summary>Which units repeat an earlier one, in this context or in those before; only prose can.</summary>
    public static bool[] Find(string context, ContextUnit[] units, SentWordings? before = null)
    {
        var repeats = new Repeats(context, units, before);
        for (var pass = 0; pass < MostPasses && repeats.Mark(); pass++)
            repeats._sentences = repeats._sentences.FindAll(s => s.Unit < 0 || !repeats._repeated[s.Unit]);
        return repeats._repeated;
    }

    private bool Mark()
    {
        var any = false;
        var seen = new Dictionary<string, int>(_sentences.Count, StringComparer.Ordinal);
        for (var at = 0; at < _sentences.Count;)
        {
            if (seen.TryAdd(_sentences[at].Key, at) || _sentences[at].Unit < 0)
            {
                at++;
                continue;
            }

            var (from, to) = Run(seen[_sentences[at].Key], at);
            for (var i = from; i < to; i++)
                _repeated[_sentences[i].Unit] = true;
            any |= from < to;
            at = Math.Max(at + 1, to);
        }

        return any;
    }

    /// <summary>The sentences around <paramref name="at"/> that repeat those around <paramref name="first"/>; none where that is too little.</summary>
    private (int From, int To) Run(int first, int at)
    {
        var (from, to) = (at, at);
        var words = 0;
        for (; to < _sentences.Count && to - at < LongestRun && first + to - at < at && AreSame(first + to - at, to) && (to == at || IsNext(to) && IsNext(first + to - at)); to++)
            words += _sentences[to].Words;
        // What is announced ("The fees are:") may be another list or table here.
        while (to > at && Text(_sentences[to - 1].Unit)[^1] == ':')
            words -= _sentences[--to].Words;
        var whole = to;
        var isInSection = to > at && _sentences[first].Unit >= 0 && _units[_sentences[first].Unit].Section == _units[_sentences[at].Unit].Section && words >= ShortestSentenceWords;
        if (to > at && first > 0 && _sentences[at - 1].Unit is >= 0 and var previous && !_repeated[previous] && EndsLike(first - 1, at - 1))
            words += _sentences[--from].Words;
        if (to > at && to < _sentences.Count && first + to - at < at && BeginsLike(first + to - at, to))
            words += _sentences[to++].Words;
        return words >= ShortestRunWords ? (from, to) : isInSection ? (at, whole) : (at, at);
    }

    private bool AreSame(int earlier, int later) => _sentences[earlier].Key == _sentences[later].Key;

    /// <summary>Whether no structure stands between the sentence and the one before it.</summary>
    private bool IsNext(int at) => at > 0 && _sentences[at - 1].Block == _sentences[at].Block;

    /// <summary>Whether <paramref name="later"/> is the end of <paramref name="earlier"/>, cut off in the middle where a chunk begins.</summary>
    private bool EndsLike(int earlier, int later)
    {
        var unit = _sentences[later].Unit;
        var opensParagraph = unit == 0 || _units[unit - 1].Paragraph != _units[unit].Paragraph;
        if (earlier == later || !IsNext(earlier + 1) || !IsNext(later + 1) || !opensParagraph || !char.IsLower(Text(unit)[0]))
            return false;
        var whole = _sentences[earlier].Key;
        var (end, _) = WordingKey.Of(Text(unit), opens: false);
        return whole.EndsWith(end, StringComparison.Ordinal) && (whole.Length == end.Length || whole[^(end.Length + 1)] == ' ');
    }

    /// <summary>Whether <paramref name="later"/> is the beginning of <paramref name="earlier"/>, cut off in the middle where a chunk ends.</summary>
    private bool BeginsLike(int earlier, int later)
    {
        var unit = _sentences[later].Unit;
        var closesParagraph = unit + 1 == _units.Length || _units[unit + 1].Paragraph != _units[unit].Paragraph;
        var goesOn = unit > 0 && _units[unit - 1].Kind == UnitKind.Prose && _units[unit - 1].Paragraph == _units[unit].Paragraph;
        if (!IsNext(earlier) || !IsNext(later) || !closesParagraph || !goesOn || !char.IsLetterOrDigit(Text(unit)[^1]))
            return false;
        var (whole, begin) = (_sentences[earlier].Key, _sentences[later].Key);
        return whole.StartsWith(begin, StringComparison.Ordinal) && (whole.Length == begin.Length || whole[begin.Length] == ' ');
    }

    private ReadOnlySpan<char> Text(int unit) => _context.AsSpan(_units[unit].Start, _units[unit].Length);
}
