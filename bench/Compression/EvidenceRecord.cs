namespace OrleansLlm.Bench.Compression;

/// <summary>A question, a context that comes split, and what of it must survive.</summary>
/// <param name="Id">Unique within its set.</param>
/// <param name="Group">The document or article it is from; records of one group are never on both sides of a split.</param>
/// <param name="Question">In whose light the context is cut.</param>
/// <param name="Sentences">The context; sentences, paragraphs or turns.</param>
/// <param name="Gold">Indices of the sentences needed.</param>
/// <param name="Answers">Answer strings; may be empty.</param>
/// <param name="Starts">Indices of the sentences that open a paragraph.</param>
internal sealed record EvidenceRecord(
    string Id,
    string Group,
    string Question,
    IReadOnlyList<string> Sentences,
    IReadOnlyList<int> Gold,
    IReadOnlyList<string> Answers,
    IReadOnlySet<int> Starts);
