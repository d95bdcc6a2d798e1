using System.Buffers;
using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression;

/// <summary>What a question asks for in words: its content terms, and whether it is a question about a part of the context at all.</summary>
internal sealed class QuestionTerms
{
    private static readonly FrozenSet<ulong> Generic = TermReader.Ids(
        "summarize summarise summary tldr explain describe overview text document passage context content following above below given answer "
        + "question key point main idea list everything paragraph page");

    // Wherever they stand, and rather once too often: a document sent whole costs tokens, a third of it not translated is a wrong answer.
    private static readonly FrozenSet<ulong> WholeTasks = TermReader.Ids(
        """
        translate translation proofread rewrite reword paraphrase rephrase reformat transcribe convert copyedit edit shorten anonymize anonymise classify
        correct fix
        übersetze übersetzen übersetzt übersetzung korrigiere korrigieren lektoriere lektorieren umschreiben umformulieren kürzen anonymisieren
        traduis traduisez traduire traduction corrige corrigez corriger réécris réécrivez réécrire reformule reformulez reformuler
        traduce traduzca traduzcas traducir traduzcan traducción corrija corrijas corregir reescribe reescriba reescribir parafrasea parafrasear
        traduci traduca tradurre traducete traduzione correggi corregga correggere riscrivi riscriva riscrivere riformula riformulare
        traduza traduzir traduz tradução corrigir reescreva reescrever parafraseie parafrasear
        vertaal vertalen vertaling corrigeer corrigeren herschrijf herschrijven
        翻译 翻譯 翻訳 校对 校對 校正 改写 改寫 润色 潤色 添削 번역 번역해 번역해줘 번역하세요 번역하라 교정 교정해
        """);

    // What a question says of an answer ("Summarize what was said on the budget"), but instructions of the text that is to come.
    private static readonly FrozenSet<ulong> Summaries = TermReader.Ids(
        """
        summarize summarise summary condense tldr zusammenfassen zusammenfassung zusammen résume résumez résumer résumé resume resumir resumen resuma resumo
        riassumi riassumere riassunto samenvatten samenvatting 总结 總結 摘要 概括 要約 요약 요약해
        """);

    private static readonly FrozenSet<ulong> InstructedTasks = WholeTasks.Concat(Summaries).ToFrozenSet();

    // Two texts that say the same in places are what such a question is about.
    private static readonly FrozenSet<ulong> Comparing = TermReader.Ids(
        """
        compare comparison contrast change differ difference different diff versus vs same identical equal duplicate repeat twice add delete remove
        vergleiche vergleichen vergleich unterschied unterschiede unterscheiden unterscheidet geändert änderung änderungen gleich
        compare comparer comparez différence différences changé identique compara comparar diferencia diferencias cambió cambiado mismo
        confronta confrontare differenza differenze cambiato diferença diferenças mudou mesmo vergelijk vergelijken verschil verschillen veranderd
        比较 比較 区别 區別 不同 差异 差異 变化 變化 変更 違い 差分 비교 차이
        """);

    // Of 1,090 questions about meetings (train.qmsum) these words stand as often outside of what answers them as inside.
    private static readonly FrozenSet<ulong> Reporting = TermReader.Ids(
        "summarize summarise summary discuss discussion think thought say said talk mention opinion conclusion conclude decision decide group team "
        + "participant meeting speaker recommend recommendation propose disagree disagreement detail describe explain view idea suggest ask people "
        + "member");

    private static readonly FrozenSet<ulong> Interrogatives = TermReader.Ids("what when where which who whom whose why");

    private static readonly FrozenSet<ulong> How = TermReader.Ids("how");

    private static readonly SearchValues<char> QuestionMarks = SearchValues.Create("?？؟");
    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create("?？؟.!。！\n");

    private QuestionTerms(IReadOnlyList<Term> content, AnswerKind answerKind, bool asksForWhole, bool compares)
    {
        Content = content;
        AnswerKind = answerKind;
        AsksForWhole = asksForWhole;
        Compares = compares;
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

    /// <summary>Whether it asks what texts have in common or not ("What changed?").</summary>
    public bool Compares { get; }

    /// <summary>Whether any term could tell one sentence from another.</summary>
    public bool IsSpecific => Content.Any(term => !Generic.Contains(term.Id));

    public static QuestionTerms Read(string question)
    {
        var content = new List<Term>();
        var reader = new TermReader(question);
        var compares = false;
        while (reader.MoveNext())
        {
            compares |= Comparing.Contains(reader.Current.Id);
            if (!reader.Current.IsStopWord)
                content.Add(reader.Current);
        }

        return new QuestionTerms(content, AnswerKinds.Of(question), IsTaskOn(question, WholeTasks), compares);
    }

    /// <summary>Whether <paramref name="instructions"/> set a task on all of a text that the user brings.</summary>
    public static bool AskForWhole(string instructions) => IsTaskOn(instructions, InstructedTasks);

    /// <summary>Whether <paramref name="text"/> ends with a question, or opens with one that it has a mark for.</summary>
    public static bool IsQuestion(ReadOnlySpan<char> text)
    {
        var last = text.TrimEnd(" \t\r\n\"'”’»)*_");
        var reader = new TermReader(text);
        return (!last.IsEmpty && QuestionMarks.Contains(last[^1]))
            || (text.ContainsAny(QuestionMarks) && reader.MoveNext() && (Interrogatives.Contains(reader.Current.Id) || How.Contains(reader.Current.Id)));
    }

    // A question that opens with one of the interrogatives is about translating; "How would you translate this?" asks for it.
    private static bool IsTaskOn(ReadOnlySpan<char> text, FrozenSet<ulong> tasks)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny(SentenceEnds);
            var sentence = end < 0 ? text : text[..(end + 1)];
            text = text[sentence.Length..];
            var isQuestion = QuestionMarks.Contains(sentence[^1]);
            var reader = new TermReader(sentence);
            for (var first = true; reader.MoveNext() && !(first && isQuestion && Interrogatives.Contains(reader.Current.Id)); first = false)
            {
                if (tasks.Contains(reader.Current.Id))
                    return true;
            }
        }

        return false;
    }
}
