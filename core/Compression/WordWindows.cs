namespace OrleansLlm.Core.Compression;

/// <summary>
/// How well stretches of so many words match, whatever turns or sentences they are made of: what answers a question about a conversation
/// is a span of many turns, most of which share no word with the question.
/// </summary>
internal sealed class WordWindows
{
    // Occurrences of a term that count half, in a window of this many words; longer windows need more.
    private const double HalfSaturation = 1.2;
    private const double SaturationWords = 400;

    private readonly double[] _matches;
    private readonly int[] _ends;
    private readonly double[] _lengths;

    /// <param name="index">The sentences.</param>
    /// <param name="weights">Each term's weight in the query, as in <paramref name="index"/>.</param>
    /// <param name="length">Words a window has at least; the last ones have fewer.</param>
    public WordWindows(TermIndex index, ReadOnlySpan<double> weights, int length)
    {
        var count = index.Count;
        _matches = new double[count];
        _ends = new int[count];
        _lengths = new double[count];
        for (var i = 0; i < count; i++)
            _lengths[i] = Math.Max(1, index.Length(i));
        var terms = new List<int>();
        for (var term = 0; term < weights.Length; term++)
        {
            if (weights[term] > 0)
                terms.Add(term);
        }

        var saturation = HalfSaturation * Math.Max(1, length / SaturationWords);
        var frequencies = new int[weights.Length];
        var (end, words) = (0, 0d);
        for (var start = 0; start < count; start++)
        {
            for (; end < count && words < length; end++)
            {
                foreach (var (term, occurrences) in index.Postings(end))
                    frequencies[term] += occurrences;
                words += _lengths[end];
            }

            foreach (var term in terms)
                _matches[start] += weights[term] * index.InverseDocumentFrequency(term) * frequencies[term] / (frequencies[term] + saturation);
            _ends[start] = end;
            foreach (var (term, occurrences) in index.Postings(start))
                frequencies[term] -= occurrences;
            words -= _lengths[start];
        }
    }

    /// <summary>The first sentence of the window that matches best and the one after its last.</summary>
    public (int Start, int End) Top
    {
        get
        {
            var best = 0;
            for (var start = 1; start < _matches.Length; start++)
                best = _matches[start] > _matches[best] ? start : best;
            return _matches.Length == 0 ? (0, 0) : (best, _ends[best]);
        }
    }

    /// <summary>For each sentence the match of the best window that it is in: all of a good stretch rank alike.</summary>
    public double[] Best()
    {
        var best = new double[_matches.Length];
        for (var start = 0; start < best.Length; start++)
        {
            for (var i = start; i < _ends[start]; i++)
                best[i] = Math.Max(best[i], _matches[start]);
        }

        return best;
    }

    /// <summary>For each sentence the mean match of the windows that it is in, weighted by the words that each opens with.</summary>
    public double[] Mean()
    {
        var sums = new double[_matches.Length];
        var masses = new double[_matches.Length];
        for (var start = 0; start < sums.Length; start++)
        {
            for (var i = start; i < _ends[start]; i++)
            {
                sums[i] += _matches[start] * _lengths[start];
                masses[i] += _lengths[start];
            }
        }

        for (var i = 0; i < sums.Length; i++)
            sums[i] /= masses[i];
        return sums;
    }
}
