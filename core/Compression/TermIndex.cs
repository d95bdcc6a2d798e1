using System.Runtime.InteropServices;

namespace OrleansLlm.Core.Compression;

/// <summary>Term counts of each sentence of one context, and in how many sentences each term stands.</summary>
internal sealed class TermIndex
{
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<int> _documentFrequency = [];
    private readonly List<int> _lastPosting = [];
    private readonly List<bool> _isContent = [];
    private readonly List<bool> _isName = [];
    private readonly List<(int Term, int Count)> _postings = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _lengths = [];

    /// <summary>Sentences so far.</summary>
    public int Count => _ends.Count;

    /// <summary>Distinct terms so far.</summary>
    public int TermCount => _documentFrequency.Count;

    /// <summary>Mean words a sentence; 0 for an empty index.</summary>
    public double MeanLength { get; private set; }

    public void Add(ReadOnlySpan<char> sentence)
    {
        var begin = _postings.Count;
        var length = 0;
        var reader = new TermReader(sentence);
        while (reader.MoveNext())
        {
            length++;
            var term = Number(reader.Current);
            if (_lastPosting[term] >= begin)
            {
                CollectionsMarshal.AsSpan(_postings)[_lastPosting[term]].Count++;
                continue;
            }

            _lastPosting[term] = _postings.Count;
            _postings.Add((term, 1));
            _documentFrequency[term]++;
        }

        MeanLength += (length - MeanLength) / (_ends.Count + 1);
        _ends.Add(_postings.Count);
        _lengths.Add(length);
    }

    public int Length(int sentence) => _lengths[sentence];

    /// <summary>The distinct terms of a sentence with their counts.</summary>
    public ReadOnlySpan<(int Term, int Count)> Postings(int sentence)
    {
        var begin = sentence == 0 ? 0 : _ends[sentence - 1];
        return CollectionsMarshal.AsSpan(_postings)[begin.._ends[sentence]];
    }

    /// <summary>ln(1 + (N - df + .5) / (df + .5)), never negative.</summary>
    public double InverseDocumentFrequency(int term)
    {
        var df = _documentFrequency[term];
        return Math.Log(1 + ((Count - df + .5) / (df + .5)));
    }

    public int DocumentFrequency(int term) => _documentFrequency[term];

    public bool IsContent(int term) => _isContent[term];

    public bool IsName(int term) => _isName[term];

    /// <summary>The term's number, or -1 where no sentence has it.</summary>
    public int Find(Term term) => _numbers.GetValueOrDefault(term.Id, -1);

    private int Number(Term term)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, term.Id, out var exists);
        if (!exists)
        {
            number = _documentFrequency.Count;
            _documentFrequency.Add(0);
            _lastPosting.Add(-1);
            _isContent.Add(!term.IsStopWord);
            _isName.Add(term.IsName);
        }
        else if (term.IsName)
        {
            _isName[number] = true;
        }

        return number;
    }
}
