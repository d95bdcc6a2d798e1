using System.Runtime.InteropServices;

namespace OrleansLlm.Core.Compression;

/// <summary>Term counts of each sentence of one context, and in how many sentences each term stands.</summary>
/// <param name="byRoot">Whether words that share their first letters count as one term.</param>
internal sealed class TermIndex(bool byRoot = false)
{
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<int> _documentFrequency = [];
    private readonly List<int> _lastPosting = [];
    private readonly List<bool> _isContent = [];
    private readonly List<bool> _isName = [];
    private readonly List<(int Term, int Count)> _postings = [];
    private readonly List<int> _words = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _wordEnds = [];

    /// <summary>Sentences so far.</summary>
    public int Count => _ends.Count;

    /// <summary>Distinct terms so far.</summary>
    public int TermCount => _documentFrequency.Count;

    /// <summary>Every term's <see cref="Term.Id"/> (or root) with its number.</summary>
    public IReadOnlyCollection<KeyValuePair<ulong, int>> Terms => _numbers;

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
            _words.Add(term);
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
        _wordEnds.Add(_words.Count);
    }

    /// <summary>Words of a sentence.</summary>
    public int Length(int sentence) => Words(sentence).Length;

    /// <summary>The terms of a sentence in order, repeats included.</summary>
    public ReadOnlySpan<int> Words(int sentence)
    {
        var begin = sentence == 0 ? 0 : _wordEnds[sentence - 1];
        return CollectionsMarshal.AsSpan(_words)[begin.._wordEnds[sentence]];
    }

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
    public int Find(Term term) => _numbers.GetValueOrDefault(Key(term), -1);

    private ulong Key(Term term) => byRoot ? term.Root : term.Id;

    private int Number(Term term)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, Key(term), out var exists);
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
