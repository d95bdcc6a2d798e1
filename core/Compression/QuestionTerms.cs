using System.Buffers;
using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Compression;

/// <summary>What a question asks for in words: its content terms, and whether it is a question about a part of the context at all.</summary>
internal sealed partial class QuestionTerms
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
        summarize summarise summary condense tldr zusammenfassen zusammenzufassen zusammenfasst zusammenfassung résume résumez résumer résumé resume resumir resumen resuma resumo
        riassumi riassumere riassunto samenvatten samenvatting 总结 總結 摘要 概括 要約 요약 요약해
        """);

    private static readonly FrozenSet<ulong> InstructedTasks = WholeTasks.Concat(Summaries).ToFrozenSet();

    // What a request opens with that has all of a text as its matter, or as much of it as there is to find.
    private static readonly FrozenSet<ulong> Openings = TermReader.Ids(
        """
        draft write compose outline review critique grade score evaluate assess judge rate tag label annotate rank sort count enumerate extract list pseudonymize
        pseudonymise redact improve simplify polish expand continue complete fill generate create make turn transform format reorganize reorganise restructure
        split merge check verify analyze analyse produce build prepare mark highlight tabulate group cluster organize organise order detect spot categorize categorise
        schreibe schreib schreiben verfasse verfassen entwirf entwerfen liste listen extrahiere extrahieren zähle sortiere sortieren bewerte bewerten prüfe prüfen
        erstelle erstellen
        écris écrivez rédige rédigez liste listez énumère énumérez extrais extrayez compte comptez classe classez dresse dressez évalue évaluez vérifie vérifiez crée créez
        escribe escriba redacta redacte lista enumera enumere extrae extraiga cuenta ordena ordene clasifica clasifique evalúa evalúe revisa revise crea cree
        scrivi scriva elenca elenchi estrai estragga conta ordina classifica valuta crea escreva liste extraia conte ordene avalie crie schrijf maak
        """);

    private static readonly FrozenSet<ulong> Polite = TermReader.Ids("please now then first next also kindly finally bitte favor");
    private static readonly ulong You = TermReader.Ids("you").Single();
    private static readonly FrozenSet<ulong> Modal = TermReader.Ids("can could would will");

    // After them, where nothing is asked but how to answer: "Write in French.", "Make sure that …", "List your sources."
    private static readonly FrozenSet<ulong> AfterOpening = TermReader.Ids("in as only no it them that with at like less using by sure concise brief clear");
    private static readonly FrozenSet<ulong> Answering = TermReader.Ids("answer response your source citation reference sentence");
    private const int Object = 5;

    // Whatever is found of them, the next one may be anywhere; "at all", "after all", "above all" are not meant.
    private static readonly FrozenSet<ulong> Exhaustive = TermReader.Ids(
        """
        all every each everything everyone everybody alle allen aller alles jede jeden jeder jedes sämtliche tous toutes tout chaque todos todas todo cada tutti tutte
        tutto ogni tudo elke iedere 所有 全部 すべて 全て 모든 모두
        """);

    private static readonly FrozenSet<ulong> BeforeAll = TermReader.Ids("at after above");

    // "each spring", "every month" and "all year" say how often or how long.
    private static readonly FrozenSet<ulong> Periods = TermReader.Ids(
        """
        time times day days week weeks month months quarter quarters year years hour hours minute minutes second seconds morning evening night season spring summer
        autumn fall winter monday tuesday wednesday thursday friday saturday sunday tag tage woche wochen monat monate jahr jahre jour jours semaine semaines mois an
        ans année années día días mes meses año años semana semanas giorno mese anno dag week maand jaar
        """);

    // "Fasse den Text zusammen": neither word says it alone.
    private static readonly FrozenSet<ulong> Fassen = TermReader.Ids("fasse fassen fasst fass");
    private static readonly FrozenSet<ulong> Zusammen = TermReader.Ids("zusammen");

    // "Is that correct?", "Can you fix that?" are said of an answer. Instructions have them as adjectives and nouns as well.
    private static readonly FrozenSet<ulong> Corrections = TermReader.Ids("correct fix");
    private static readonly FrozenSet<ulong> AlsoNoTasks = TermReader.Ids("correct fix resume");

    // Before them: "the correct answer", "if it is not correct", "the user's resume"; "you correct letters", "to correct them"; and what says neither.
    private static readonly FrozenSet<ulong> BeforeNoTask = TermReader.Ids("the a an s my your his her its our their is are was were be been not more most factually");
    private static readonly FrozenSet<ulong> BeforeTask = TermReader.Ids("to you i please then must should shall will can may also always only tu te favor");
    private static readonly FrozenSet<ulong> Joining = TermReader.Ids("and or but");

    // After them: "Give correct answers."; "Carefully correct the spelling."
    private static readonly FrozenSet<ulong> AfterNoTask = TermReader.Ids("answer response reply information format citation option choice english");
    private static readonly FrozenSet<ulong> AfterTask = TermReader.Ids(
        "the a an any all each every his her its their my your our it them this that these those what spelling grammar mistake error typo text "
        + "el la los las le les l un une una o os as il lo gli i");

    private static readonly FrozenSet<ulong> TextNouns = TermReader.Ids(
        "text document passage article page paragraph context content everything mail email letter message meeting transcript call conversation contract report policy story essay chapter");

    // Two texts that say the same in places are what such a question is about.
    private static readonly FrozenSet<ulong> Comparing = TermReader.Ids(
        """
        compare comparison contrast change differ difference different diff versus vs same identical equal duplicate repeat twice add delete remove
        vergleiche vergleichen vergleich unterschied unterschiede unterscheiden unterscheidet geändert änderung änderungen gleich
        compare comparer comparez différence différences changé identique compara comparar diferencia diferencias cambió cambiado mismo
        confronta confrontare differenza differenze cambiato diferença diferenças mudou mesmo vergelijk vergelijken verschil verschillen veranderd
        比较 比較 区别 區別 不同 差异 差異 变化 變化 変更 違い 差分 비교 차이
        """);

    // Of those the ones that ask for what differs. "Change" alone is what a customer does to an address.
    private static readonly FrozenSet<ulong> Contrasting = TermReader.Ids(
        """
        compare comparison differ difference different versus vs
        vergleiche vergleichen vergleich unterschied unterschiede unterscheiden unterscheidet geändert änderungen
        comparer comparez différence différences compara comparar diferencia diferencias cambiado confronta confrontare differenza differenze cambiato
        diferença diferenças mudou vergelijk vergelijken verschil verschillen veranderd
        比较 比較 区别 區別 差异 差異 变化 變化 違い 差分 비교 차이
        """);

    // Of 1,090 questions about meetings (train.qmsum) these words stand as often outside of what answers them as inside.
    private static readonly FrozenSet<ulong> Reporting = TermReader.Ids(
        "summarize summarise summary discuss discussion think thought say said talk mention opinion conclusion conclude decision decide group team "
        + "participant meeting speaker recommend recommendation propose disagree disagreement detail describe explain view idea suggest ask people "
        + "member");

    private static readonly FrozenSet<ulong> Interrogatives = TermReader.Ids("what when where which who whom whose why");

    // What else a question opens with.
    private static readonly FrozenSet<ulong> Openers = TermReader.Ids(
        """
        how was wann wo wer wem wen warum wieso wie welche welcher welches wieviel qui que quoi quel quelle quels quelles quand où pourquoi comment combien
        qué quién cuándo dónde cómo cuál cuánto cuánta cuántos chi che cosa quando dove quale quali perché quanto quanta
        quem onde qual quais wat wanneer waar wie waarom welke hoeveel
        """).Concat(Interrogatives).ToFrozenSet();

    private static readonly SearchValues<char> QuestionMarks = SearchValues.Create("?？؟");
    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create("?？؟.!。！\n");

    private QuestionTerms(IReadOnlyList<Term> content, AnswerKind answerKind, bool asksForWhole, bool compares, bool contrasts)
    {
        Content = content;
        AnswerKind = answerKind;
        AsksForWhole = asksForWhole;
        Compares = compares;
        Contrasts = contrasts;
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

    /// <summary>Whether it asks for what differs between texts ("What changed?", but not "How do I change my address?").</summary>
    public bool Contrasts { get; }

    /// <summary>Whether any term could tell one sentence from another.</summary>
    public bool IsSpecific => Content.Any(term => !Generic.Contains(term.Id));

    public static QuestionTerms Read(string question)
    {
        var content = new List<Term>();
        var reader = new TermReader(question);
        var (compares, contrasts) = (false, false);
        while (reader.MoveNext())
        {
            compares |= Comparing.Contains(reader.Current.Id);
            contrasts |= Contrasting.Contains(reader.Current.Id);
            if (!reader.Current.IsStopWord)
                content.Add(reader.Current);
        }

        var asksForWhole = IsTaskOn(question, WholeTasks, areInstructions: false) || AsksForAll(question);
        return new QuestionTerms(content, AnswerKinds.Of(question), asksForWhole, compares, contrasts || Changed().IsMatch(question));
    }

    /// <summary>Whether the task on a text may be one on <paramref name="text"/>: "Can you fix that?" names neither a text nor a word of it, and is said of an answer.</summary>
    public bool MayBeOn(string text)
    {
        var asked = new HashSet<ulong>();
        foreach (var term in Content.Where(term => !Corrections.Contains(term.Id)))
        {
            if (WholeTasks.Contains(term.Id) || TextNouns.Contains(term.Id))
                return true;
            if (!Generic.Contains(term.Id))
                asked.Add(term.Id);
        }

        for (var reader = new TermReader(text); asked.Count > 0 && reader.MoveNext();)
        {
            if (asked.Contains(reader.Current.Id))
                return true;
        }

        return false;
    }

    /// <summary>Whether <paramref name="instructions"/> set a task on all of a text that the user brings.</summary>
    public static bool AskForWhole(string instructions) => IsTaskOn(instructions, InstructedTasks, areInstructions: true);

    /// <summary>Whether <paramref name="paragraph"/>, which a text opens with, sets a task on all of it: a summary may be that of the text itself.</summary>
    public static bool SetsTask(ReadOnlySpan<char> paragraph) => IsTaskOn(paragraph, WholeTasks, areInstructions: true);

    /// <summary>Whether <paramref name="text"/> ends with a question, or opens with one that it has a mark for.</summary>
    public static bool IsQuestion(ReadOnlySpan<char> text) => (HasQuestion(text, out var rest) && rest.IsEmpty) || OpensAsQuestion(text);

    /// <summary>Whether <paramref name="text"/> opens with a word that only questions open with, and has a mark for one: "Could you keep the tone?" is a request.</summary>
    public static bool OpensAsQuestion(ReadOnlySpan<char> text)
    {
        var reader = new TermReader(text);
        return text.ContainsAny(QuestionMarks) && reader.MoveNext() && Openers.Contains(reader.Current.Id);
    }

    /// <summary>Whether <paramref name="text"/> has a question mark, and what follows the last one.</summary>
    public static bool HasQuestion(ReadOnlySpan<char> text, out ReadOnlySpan<char> rest)
    {
        var mark = text.LastIndexOfAny(QuestionMarks);
        rest = text[(mark + 1)..].Trim(" \t\r\n\"'”’»)*_");
        return mark >= 0;
    }

    // A question that opens with one of the interrogatives is about translating; "How would you translate this?" asks for it.
    private static bool IsTaskOn(ReadOnlySpan<char> text, FrozenSet<ulong> tasks, bool areInstructions)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny(SentenceEnds);
            var sentence = end < 0 ? text : text[..(end + 1)];
            text = text[sentence.Length..];
            var isQuestion = QuestionMarks.Contains(sentence[^1]);
            var reader = new TermReader(sentence);
            var before = 0ul;
            var hasFassen = false;
            for (var first = true; reader.MoveNext() && !(first && isQuestion && Interrogatives.Contains(reader.Current.Id)); first = false)
            {
                if (tasks.Contains(reader.Current.Id) && !(areInstructions && AlsoNoTasks.Contains(reader.Current.Id) && IsNoTask(first, before, sentence[..reader.End], sentence[reader.End..])))
                    return true;
                if (areInstructions && hasFassen && Zusammen.Contains(reader.Current.Id))
                    return true;
                hasFassen |= Fassen.Contains(reader.Current.Id);
                before = reader.Current.Id;
            }
        }

        return false;
    }

    // "What are all the deadlines?", "List the fees.", "Could you draft a reply to this mail?"
    private static bool AsksForAll(ReadOnlySpan<char> text)
    {
        var asks = text.ContainsAny(QuestionMarks);
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny(SentenceEnds);
            var sentence = end < 0 ? text : text[..(end + 1)];
            text = text[sentence.Length..];
            var isQuestion = QuestionMarks.Contains(sentence[^1]);
            if (((isQuestion || !asks) && IsExhaustive(sentence)) || OpensTask(sentence, isQuestion, asks))
                return true;
        }

        return false;
    }

    private static bool IsExhaustive(ReadOnlySpan<char> sentence)
    {
        var (before, all) = (0ul, false);
        for (var reader = new TermReader(sentence); reader.MoveNext(); before = reader.Current.Id)
        {
            if (all && !Periods.Contains(reader.Current.Id))
                return true;
            all = Exhaustive.Contains(reader.Current.Id) && !BeforeAll.Contains(before);
        }

        return all || HowManyTimes().IsMatch(sentence);
    }

    // Beside a question such a sentence says how to answer it.
    private static bool OpensTask(ReadOnlySpan<char> sentence, bool isQuestion, bool asks)
    {
        if (asks && !isQuestion)
            return false;
        var reader = new TermReader(sentence);
        var isAddressed = !isQuestion;
        var has = reader.MoveNext();
        if (isQuestion && has && Modal.Contains(reader.Current.Id))
            isAddressed = (has = reader.MoveNext()) && reader.Current.Id == You && (has = reader.MoveNext());
        while (has && Polite.Contains(reader.Current.Id))
            has = reader.MoveNext();
        if (!has || !isAddressed || !Openings.Contains(reader.Current.Id))
            return false;
        for (var word = 0; word < Object && reader.MoveNext(); word++)
        {
            if ((word == 0 && AfterOpening.Contains(reader.Current.Id)) || Answering.Contains(reader.Current.Id))
                return false;
        }

        return true;
    }

    private static bool IsNoTask(bool first, ulong before, ReadOnlySpan<char> through, ReadOnlySpan<char> after)
    {
        if (first || through.EndsWith("ing", StringComparison.OrdinalIgnoreCase))
            return false;
        var reader = new TermReader(after);
        var next = reader.MoveNext() ? reader.Current.Id : 0;
        if (BeforeNoTask.Contains(before) || AfterNoTask.Contains(next))
            return true;
        if (BeforeTask.Contains(before) || AfterTask.Contains(next))
            return false;
        return !Joining.Contains(before) || next == 0 || Joining.Contains(next);
    }

    [GeneratedRegex(@"\bhow many (?:sentences|paragraphs|words|mentions|occurrences)\b|\bhow (?:many times|often)\b.*\b(?:mention|occur|appear|use|sa(?:y|id)|name)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HowManyTimes();

    [GeneratedRegex(@"\bchange[ds]\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Changed();
}
