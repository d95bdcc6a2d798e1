using System.Buffers;

namespace OrleansLlm.Core.Compression;

/// <summary>Which kind of answer a question wants, and which sentences could hold one.</summary>
internal static class AnswerKinds
{
    private static readonly string[] Numbers =
        ["how many", "how much", "how old", "how long", "how far", "how large", "how big", "how tall", "how high", "how often", "percent", "number of", "what rate"];

    private static readonly string[] Times = ["when ", "what year", "which year", "what date", "what month", "what day", "what century", "what decade", "how long ago"];

    private static readonly string[] Names = ["who ", "whom ", "whose ", "where ", "which city", "which country", "what city", "what country"];

    private static readonly SearchValues<string> NumberWords = SearchValues.Create(
        [" two ", " three ", " four ", " five ", " six ", " seven ", " eight ", " nine ", " ten ", " dozen", " half ", " hundred", " thousand", " million", " twice "],
        StringComparison.OrdinalIgnoreCase);

    public static AnswerKind Of(string question)
    {
        var text = question.AsSpan().Trim();
        return ContainsAny(text, Times) ? AnswerKind.Time
            : ContainsAny(text, Numbers) ? AnswerKind.Number
            : ContainsAny(text, Names) ? AnswerKind.Name
            : AnswerKind.Open;
    }

    /// <summary>1 where <paramref name="sentence"/> has something of the kind, else 0; 0 for <see cref="AnswerKind.Open"/>.</summary>
    public static double Match(AnswerKind kind, ReadOnlySpan<char> sentence) => kind switch
    {
        AnswerKind.Number => sentence.ContainsAnyInRange('0', '9') || sentence.ContainsAny(NumberWords) ? 1 : 0,
        AnswerKind.Time => HasYear(sentence) ? 1 : sentence.ContainsAnyInRange('0', '9') ? .5 : 0,
        AnswerKind.Name => HasName(sentence) ? 1 : 0,
        _ => 0,
    };

    private static bool ContainsAny(ReadOnlySpan<char> text, string[] phrases)
    {
        foreach (var phrase in phrases)
        {
            var at = text.IndexOf(phrase, StringComparison.OrdinalIgnoreCase);
            if (at == 0 || (at > 0 && !char.IsLetterOrDigit(text[at - 1])))
                return true;
        }

        return false;
    }

    private static bool HasYear(ReadOnlySpan<char> text)
    {
        var run = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsAsciiDigit(text[i]))
            {
                run++;
                continue;
            }

            if (run == 4 && text[i - 4] is '1' or '2')
                return true;
            run = 0;
        }

        return false;
    }

    private static bool HasName(ReadOnlySpan<char> text)
    {
        for (var i = 2; i < text.Length; i++)
        {
            if (char.IsUpper(text[i]) && text[i - 1] == ' ' && text[i - 2] is not ('.' or '!' or '?'))
                return true;
        }

        return false;
    }
}
