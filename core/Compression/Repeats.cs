using System.Runtime.InteropServices;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// The lossless step: what overlapping retrieval chunks say twice. The sentences with which one piece ends and a later one opens, in the same words
/// (<see cref="WordingKey"/>), go from the later one, with the half of a sentence that it may open with. Pieces are what stands under a
/// heading or in a document, and inside of that the paragraphs.
/// </summary>
/// <remarks>
/// Any other repetition is two facts: "Refunds take 30 days." under two products' headings or after two questions, a vote after each of two motions,
/// the clauses that two years' contracts have in common. So where the sentences are all that one of the two pieces has, they stay, unless they
/// stand side by side. What differs in a single word is no repeat: the word may be the fact. So candidates need no similarity sketch (MinHash);
/// equal keys are found by hashing, in time linear in the context.
/// </remarks>
internal sealed class Repeats
{
    private const int ShortestOverlapWords = 20;

    // Sentences; chunks overlap by fewer. A text that repeats itself must not be read to its end from each of its places.
    private const int LongestOverlap = 256;

    // Of the places that a sentence stood at before, the last ones are tried.
    private const int MostPlaces = 4;

    private readonly string _context;
    private readonly ContextUnit[] _units;
    private readonly bool[] _repeated;
    private readonly List<SentWordings.Wording> _sentences;

    // The sentences that are sent, as far as is known, and where each key stands among them.
    private readonly List<SentWordings.Wording> _sent = [];
    private readonly Dictionary<string, List<int>> _places = new(StringComparer.Ordinal);

    private Repeats(string context, ContextUnit[] units, SentWordings? before)
    {
        _context = context;
        _units = units;
        _repeated = new bool[units.Length];
        foreach (var sentence in before?.Sentences ?? [])
            Send(sentence);
        _sentences = [.. SentWordings.Read(context, units, _sent)];
    }

    /// <summary>Which units repeat an earlier one, in this context or in those before; only prose can.</summary>
    public static bool[] Find(string context, ContextUnit[] units, SentWordings? before = null)
    {
        var repeats = new Repeats(context, units, before);
        for (var at = 0; at < repeats._sentences.Count;)
            at = repeats.Pass(at);
        return repeats._repeated;
    }

    /// <summary>Sends the sentence at <paramref name="at"/>, or leaves it and what follows out; returns the next one.</summary>
    private int Pass(int at)
    {
        if (_places.TryGetValue(_sentences[at].Key, out var places))
        {
            for (var i = places.Count - 1; i >= Math.Max(0, places.Count - MostPlaces); i--)
            {
                if (Overlap(places[i], at) is not { Length: > 0 } overlap)
                    continue;
                if (overlap.IsCut)
                {
                    _places[_sent[^1].Key].RemoveAt(_places[_sent[^1].Key].Count - 1);
                    _sent.RemoveAt(_sent.Count - 1);
                    _repeated[_sentences[at - 1].Unit] = true;
                }

                for (var repeated = at; repeated < at + overlap.Length; repeated++)
                    _repeated[_sentences[repeated].Unit] = true;
                return at + overlap.Length;
            }
        }

        Send(_sentences[at]);
        return at + 1;
    }

    private void Send(SentWordings.Wording sentence)
    {
        (CollectionsMarshal.GetValueRefOrAddDefault(_places, sentence.Key, out _) ??= []).Add(_sent.Count);
        _sent.Add(sentence);
    }

    /// <summary>How many sentences from <paramref name="at"/> on open their piece as those sent from <paramref name="place"/> on end theirs, and whether the end of a sentence stands before them.</summary>
    private (int Length, bool IsCut) Overlap(int place, int at)
    {
        var isInside = _sent[place].Section == _sentences[at].Section;
        var isCut = EndsLike(place - 1, at - 1);
        if (!Opens(_sentences[isCut ? at - 1 : at]))
            return default;
        var length = 0;
        var words = isCut ? _sentences[at - 1].Words : 0;
        while (length < LongestOverlap && at + length < _sentences.Count && place + length < _sent.Count && _sent[place + length].Key == _sentences[at + length].Key
            && (length == 0 || (IsNext(_sent, place + length) && IsNext(_sentences, at + length))))
            words += _sentences[at + length++].Words;
        var (end, next) = (place + length, at + length);
        // What is announced ("The fees are:") may be another list or table here.
        if (words < ShortestOverlapWords || Text(_sentences[next - 1])[^1] == ':')
            return default;
        var endsCut = end < _sent.Count && next < _sentences.Count && BeginsLike(end, next);
        end += endsCut ? 1 : 0;
        if (!Closes(_sent[end - 1]))
            return default;
        // A line of tags, a table or data between the two says that they are two.
        var areNeighbours = isInside && end == _sent.Count - (isCut ? 1 : 0) && _sent[end - 1].Block == _sentences[at].Block;
        var areParts = (isCut || !Opens(_sent[place])) && !Closes(_sentences[next - 1]);
        return areNeighbours || areParts ? (length, isCut) : default;

        bool Opens(SentWordings.Wording sentence) => isInside ? sentence.OpensParagraph : sentence.OpensSection;
        bool Closes(SentWordings.Wording sentence) => isInside ? sentence.ClosesParagraph : sentence.ClosesSection;
    }

    /// <summary>Whether no heading or other structure stands between the sentence and the one before it.</summary>
    private static bool IsNext(List<SentWordings.Wording> sentences, int at) =>
        at > 0 && sentences[at - 1].Block == sentences[at].Block && sentences[at - 1].Section == sentences[at].Section;

    /// <summary>Whether <paramref name="later"/> is the end of the sentence sent as <paramref name="earlier"/>, cut off in the middle where a chunk begins.</summary>
    private bool EndsLike(int earlier, int later)
    {
        if (earlier < 0 || later < 0 || _repeated[_sentences[later].Unit] || earlier == _sent.Count - 1)
            return false;
        if (!IsNext(_sent, earlier + 1) || !IsNext(_sentences, later + 1) || !_sentences[later].OpensParagraph || !char.IsLower(Text(_sentences[later])[0]))
            return false;
        var whole = _sent[earlier].Key;
        var (end, _) = WordingKey.Of(Text(_sentences[later]), opens: false);
        return whole.EndsWith(end, StringComparison.Ordinal) && (whole.Length == end.Length || whole[^(end.Length + 1)] == ' ');
    }

    /// <summary>Whether the sentence sent as <paramref name="earlier"/> is the beginning of <paramref name="later"/>, cut off in the middle where a chunk ends.</summary>
    private bool BeginsLike(int earlier, int later)
    {
        if (!_sent[earlier].IsCutOff || !_sent[earlier].ClosesParagraph || !IsNext(_sent, earlier) || !IsNext(_sentences, later))
            return false;
        var (begin, whole) = (_sent[earlier].Key, _sentences[later].Key);
        return whole.StartsWith(begin, StringComparison.Ordinal) && (whole.Length == begin.Length || whole[begin.Length] == ' ');
    }

    private ReadOnlySpan<char> Text(SentWordings.Wording sentence) => ContextUnit.TextOf(_context, _units, sentence.Unit);
}
