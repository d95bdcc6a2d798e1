using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Routing;

/// <summary>Reads a question's <see cref="QuestionClass"/> from its words; the most demanding kind that it shows wins.</summary>
public static partial class QuestionClassifier
{
    // The kind of work shows at the beginning or not at all.
    private const int Read = 2000;

    /// <summary>The class of a question; <see cref="QuestionClass.Other"/> for an empty one.</summary>
    public static QuestionClass Of(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var text = question.Length <= Read ? question : question[..Read];
        if (CodeMark().IsMatch(text) || (ProgramWord().IsMatch(text) && MakeWord().IsMatch(text)))
            return QuestionClass.Code;
        if (Formula().IsMatch(text) || MathWord().IsMatch(text) || (QuantityWord().IsMatch(text) && Number().Count(text) > 1))
            return QuestionClass.Math;
        if (RewriteWord().IsMatch(text))
            return QuestionClass.Rewrite;
        if (ClassifyWord().IsMatch(text))
            return QuestionClass.Classification;
        if (ExtractWord().IsMatch(text))
            return QuestionClass.Extraction;
        if (ReasoningWord().IsMatch(text))
            return QuestionClass.Reasoning;
        if (text.AsSpan().Count('?') > 1 || Listed().Count(text) > 1)
            return QuestionClass.MultiPart;
        if (DateWord().IsMatch(text))
            return QuestionClass.Date;
        if (OpensBoolean().IsMatch(text))
            return QuestionClass.Boolean;
        return OpensLookup().IsMatch(text) ? QuestionClass.Lookup : QuestionClass.Other;
    }

    [GeneratedRegex(@"```|\bdef \w+\(|\bclass \w+|\bSELECT\b[^?]{0,80}\bFROM\b|#include|=>|\(\) ?\{|</\w+>")]
    private static partial Regex CodeMark();

    [GeneratedRegex(@"\b(functions?|code|scripts?|programs?|method|query|regex|python|javascript|typescript|java|c#|c\+\+|rust|golang|sql|bash|api|unit tests?)(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ProgramWord();

    [GeneratedRegex(@"\b(write|implement|debug|refactor|fix|optimi[sz]e|compile|throws?|returns?|create|port)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MakeWord();

    [GeneratedRegex(@"\d\s*[-+*/^=×÷<>]\s*\(?\d|\b[a-z]\s?[\^=]\s?\d|\\frac|\$[^$]{1,80}\\")]
    private static partial Regex Formula();

    [GeneratedRegex(@"\b(integral|derivative|equations?|theorem|prove that|solve for|factori[sz]e|polynomial|matrix|square root|logarithm)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MathWord();

    [GeneratedRegex(@"\b(how (many|much|far|long)|calculate|compute|total|percent|average|probability)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex QuantityWord();

    [GeneratedRegex(@"\d[\d,.]*")]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(rewrite|rephrase|paraphrase|translate|summari[sz]e|shorten|proofread|reword|simplify)\b|\b(correct|improve) (the|this|my) (grammar|spelling|wording|text|sentence)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RewriteWord();

    [GeneratedRegex(@"\b(classif(y|ies)|categori[sz]e|sentiment|which category|what category|label (this|the|each)|positive or negative)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ClassifyWord();

    [GeneratedRegex(@"\b(extract|pull out|list (all|every)|find (all|every)|identify (all|every|the names))\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ExtractWord();

    [GeneratedRegex(@"\b(why|explain|compare|contrast|analy[sz]e|derive|design|evaluate|implications?|trade-?offs?|pros and cons|how (would|should|does|do|did|can|could)|difference between|step by step)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReasoningWord();

    [GeneratedRegex(@"^\s*(\d+[.)]|[-*•])\s", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex(@"^\s*when\b|\b(what|which) (date|year|day|month|century|time)\b|\bhow old\b|\bsince when\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DateWord();

    [GeneratedRegex(@"^\s*(is|are|was|were|am|do|does|did|can|could|has|have|had|will|would|should|may)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OpensBoolean();

    [GeneratedRegex(@"^\s*(what|who|whose|whom|where|which|how (many|much|tall|big|far)|define|name|give me the name)\b|\bmeaning of\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OpensLookup();
}
