using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansLlm.Bench.Compression;

/// <summary>
/// Builds contexts of a realistic length from the train files only: paragraphs of one article or site packed together, and two-hop
/// questions composed as MuSiQue's are (Trivedi et al. 2022), by putting the question that a name answers in the name's place.
/// No randomness: every choice follows a hash of the record's id.
/// </summary>
internal static class TrainingSets
{
    private static readonly string[] Interrogatives = ["who", "what", "which", "where", "when", "whom", "whose", "how", "why"];

    // Queries about all of the meeting have no span that a sentence choice could keep.
    private static readonly string[] General = ["whole meeting", "the meeting.", "this meeting", "entire meeting"];

    public static IReadOnlyList<string> Files { get; } =
    [
        "train.squad.jsonl.gz", "train.selqa.jsonl.gz", "train.wikiqa.jsonl.gz", "train.policyqa.jsonl.gz", "train.subjqa.jsonl.gz",
        "train.qmsum.jsonl.gz", "train.qmsum.docs.jsonl.gz",
    ];

    /// <param name="paths">Full paths of <see cref="Files"/>, in their order.</param>
    public static IReadOnlyList<TrainingSet> Build(IReadOnlyList<string> paths)
    {
        var squad = EvidenceFile.Read(paths[0]).ToList();
        var sections = EvidenceFile.Read(paths[1]).Select(r => Titled(r, r.Group))
            .Concat(EvidenceFile.Read(paths[2]).Where(r => r.Sentences.Count >= 3)).ToList();
        var policies = EvidenceFile.Read(paths[3]).Where(r => r.Sentences.Count > 1).ToList();
        var reviews = EvidenceFile.Read(paths[4]).Where(r => r.Gold.Count > 0 && r.Sentences.Count >= 15);
        var meetings = EvidenceFile.Read(paths[5], EvidenceFile.ReadDocuments(paths[6]))
            .Where(r => r.Gold.Count > 0 && !General.Any(g => (r.Question + ".").Contains(g, StringComparison.OrdinalIgnoreCase)));
        return
        [
            new("article", [.. Sample(squad, 600).Select(r => Pack(r, squad.Where(o => o.Group == r.Group), 1800))]),
            new("two-hop", [.. Sample(Compositions(squad), 500)]),
            new("sections", [.. Sample(sections.Where(r => r.Gold.Count > 0), 500).Select(r => Pack(r, sections.Where(o => o.Group != r.Group), 1000))]),
            new("policies", [.. Sample(policies, 400).Select(r => Pack(r, policies.Where(o => o.Group == r.Group), 1400))]),
            new("reviews", [.. Sample(reviews, 300)]),
            new("meetings", [.. Sample(meetings, 900)], IsTranscript: true),
        ];
    }

    /// <summary>A number that follows from the text alone; orders records and divides them.</summary>
    public static ulong Hash(string text) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static IEnumerable<EvidenceRecord> Sample(IEnumerable<EvidenceRecord> records, int count) =>
        records.OrderBy(r => Hash(r.Id)).Take(count);

    /// <summary>The record's paragraph among others, in a random order, until the context has <paramref name="words"/> words.</summary>
    private static EvidenceRecord Pack(EvidenceRecord record, IEnumerable<EvidenceRecord> others, int words)
    {
        var paragraphs = new List<EvidenceRecord> { record };
        var total = Words(record);
        var seen = new HashSet<string>(StringComparer.Ordinal) { record.Sentences[0] };
        foreach (var other in others.OrderBy(o => Hash(record.Id + "|" + o.Id)))
        {
            if (total >= words)
                break;
            if (!seen.Add(other.Sentences[0]))
                continue;
            paragraphs.Add(other);
            total += Words(other);
        }

        return Join(record.Id, record.Group, record.Question, record.Answers, paragraphs, p => p == record);
    }

    private static EvidenceRecord Join(
        string id, string group, string question, IReadOnlyList<string> answers, List<EvidenceRecord> paragraphs, Predicate<EvidenceRecord> isNeeded)
    {
        var sentences = new List<string>();
        var gold = new List<int>();
        var starts = new HashSet<int>();
        foreach (var paragraph in paragraphs.OrderBy(p => Hash(id + "#" + p.Id)))
        {
            if (isNeeded(paragraph))
                gold.AddRange(paragraph.Gold.Select(g => g + sentences.Count));
            starts.Add(sentences.Count);
            sentences.AddRange(paragraph.Sentences);
        }

        return new EvidenceRecord(id, group, question, sentences, gold, answers, starts);
    }

    private static IEnumerable<EvidenceRecord> Compositions(List<EvidenceRecord> squad)
    {
        var byAnswer = squad
            .Where(r => r.Gold.Count == 1)
            .SelectMany(r => r.Answers.Distinct().Where(a => a.Length >= 4 && char.IsUpper(a[0])).Select(a => (Answer: a, Record: r)))
            .ToLookup(p => p.Answer, p => p.Record, StringComparer.Ordinal);
        foreach (var outer in squad.Where(r => r.Gold.Count == 1))
        {
            foreach (var bridge in byAnswer.OrderBy(b => Hash(outer.Id + b.Key)))
            {
                var at = outer.Question.IndexOf(bridge.Key, StringComparison.Ordinal);
                if (at < 0 || !IsWord(outer.Question, at, bridge.Key.Length))
                    continue;
                var inner = bridge.Where(r => r.Sentences[0] != outer.Sentences[0]).OrderBy(r => Hash(outer.Id + r.Id)).FirstOrDefault();
                if (inner is null)
                    continue;
                yield return Compose(outer, inner, bridge.Key, at, squad);
                break;
            }
        }
    }

    private static EvidenceRecord Compose(EvidenceRecord outer, EvidenceRecord inner, string bridge, int at, List<EvidenceRecord> squad)
    {
        var id = outer.Id + "+" + inner.Id;
        var words = inner.Question.TrimEnd('?', ' ').Split(' ');
        var description = Interrogatives.Contains(words[0].ToLowerInvariant()) ? words.Skip(1) : words;
        var question = string.Concat(outer.Question.AsSpan(0, at), "the one that " + string.Join(' ', description), outer.Question.AsSpan(at + bridge.Length));
        var paragraphs = new List<EvidenceRecord> { outer, inner };
        var seen = new HashSet<string>(StringComparer.Ordinal) { outer.Sentences[0], inner.Sentences[0] };
        // Half of the distractors are from the same articles: a search would have found those.
        var near = squad.Where(o => o.Group == outer.Group || o.Group == inner.Group).OrderBy(o => Hash(id + "|" + o.Id));
        foreach (var (candidates, most) in new[] { (near, 7), (squad.OrderBy(o => Hash(id + "|" + o.Id)), 12) })
            paragraphs.AddRange(candidates.Where(o => seen.Add(o.Sentences[0])).Take(most - paragraphs.Count));
        return Join(
            id, outer.Group, question, outer.Answers, [.. paragraphs.Select(p => Titled(p, p.Group))], p => p.Id == outer.Id || p.Id == inner.Id);
    }

    private static EvidenceRecord Titled(EvidenceRecord record, string title) =>
        record with { Sentences = [$"{title}: {record.Sentences[0]}", .. record.Sentences.Skip(1)] };

    private static bool IsWord(string text, int at, int length) =>
        (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + length == text.Length || !char.IsLetterOrDigit(text[at + length]));

    private static int Words(EvidenceRecord record) => record.Sentences.Sum(s => s.AsSpan().Count(' ') + 1);
}
