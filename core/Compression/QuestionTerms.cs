using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression;

/// <summary>What a question asks for in words: its content terms, and whether it is a question about a part of the context at all.</summary>
internal sealed class QuestionTerms
{
    private static readonly FrozenSet<ulong> Generic = TermReader.Ids(
        "summarize summarise summary tldr explain describe overview text document passage context content following above below given answer "
        + "question key point main idea list everything paragraph page");

    private static readonly FrozenSet<ulong> WholeTasks = TermReader.Ids(
        "translate proofread rewrite paraphrase rephrase reformat transcribe convert copyedit edit shorten anonymize anonymise classify");

    // Of 1,090 questions about meetings (train.qmsum) these words stand as often outside of what answers them as inside.
    private static readonly FrozenSet<ulong> Reporting = TermReader.Ids(
        "summarize summarise summary discuss discussion think thought say said talk mention opinion conclusion conclude decision decide group team "
        + "participant meeting speaker recommend recommendation propose disagree disagreement detail describe explain view idea suggest ask people "
        + "member");

    private static readonly FrozenSet<ulong> Interrogatives = TermReader.Ids("how what when where which who whom whose why");

    private QuestionTerms(IReadOnlyList<Term> content, AnswerKind answerKind, bool asksForWhole)
    {
        Content = content;
        AnswerKind = answerKind;
        AsksForWhole = asksForWhole;
        var subject = content.Where(term => !Reporting.Contains(term.Id)).ToList();
        Subject = subject.Count > 0 ? subject : content;
    }

    /// <summary>The terms without stop words, in order, repeats included.</summary>
    public IReadOnlyList<Term> Content { get; }

    /// <summary>
    /// <see cref="Content"/> without the words that report speech ("What did the team say about the budget?"), which say nothing about where
    /// in a conversation the answer is; all of it where nothing else is asked.
    /// </summary>
    public IReadOnlyList<Term> Subject { get; }

    public AnswerKind AnswerKind { get; }

    /// <summary>Whether the request is about all of the context ("Translate the following").</summary>
    public bool AsksForWhole { get; }

    /// <summary>Whether any term could tell one sentence from another.</summary>
    public bool IsSpecific => Content.Any(term => !Generic.Contains(term.Id));

    public static QuestionTerms Read(string question)
    {
        var content = new List<Term>();
        var reader = new TermReader(question);
        var asksForWhole = false;
        var interrogative = false;
        for (var first = true; reader.MoveNext(); first = false)
        {
            var term = reader.Current;
            interrogative |= first && Interrogatives.Contains(term.Id);
            if (term.IsStopWord)
                continue;
            asksForWhole |= content.Count == 0 && !interrogative && WholeTasks.Contains(term.Id);
            content.Add(term);
        }

        return new QuestionTerms(content, AnswerKinds.Of(question), asksForWhole);
    }
}
