using System.Buffers;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// The twelve surface features that the router head takes beside the embedding, in the order of the <c>features</c> list of the
/// router's manifest. They are part of the model's contract: a change here needs a new model.
/// </summary>
public static partial class SurfaceFeatures
{
    /// <summary>How many features there are.</summary>
    public const int Count = 12;

    /// <summary>Their names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "log_words", "log_characters", "digit_share", "question_marks", "line_breaks", "sentence_ends", "code_marker", "reasoning_word", "opens_boolean",
        "opens_lookup", "math_share", "joining_word",
    ];

    /// <summary>Their means over the complexity training set, or 0 for those that are there or not: what a usual question has.</summary>
    public static IReadOnlyList<float> Usual { get; } = [0.505f, 0.583f, 0.016f, 0.153f, 0.063f, 0.258f, 0f, 0f, 0f, 0f, 0.027f, 0f];

    private static readonly SearchValues<char> MathSigns = SearchValues.Create("=+*/^<>");
    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create(".!?");

    /// <summary>Writes the features of <paramref name="text"/> (the last user message) into <paramref name="features"/>.</summary>
    /// <param name="text">Any text, the empty one included.</param>
    /// <param name="features">At least <see cref="Count"/> elements; exactly the first <see cref="Count"/> are written.</param>
    /// <exception cref="ArgumentException"><paramref name="features"/> is too short.</exception>
    public static void Compute(string text, Span<float> features)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (features.Length < Count)
            throw new ArgumentException($"needs room for {Count} features, has {features.Length}", nameof(features));

        var characters = (double)Math.Max(1, text.Length);
        features[0] = (float)(Math.Log(1 + CountWords(text)) / 6);
        features[1] = (float)(Math.Log(1 + text.Length) / 8);
        features[2] = (float)(CountDigits(text) / characters);
        features[3] = (float)(Math.Min(5, text.AsSpan().Count('?')) / 5.0);
        features[4] = (float)(Math.Min(20, text.AsSpan().Count('\n')) / 20.0);
        features[5] = (float)(Math.Min(10, CountAny(text, SentenceEnds)) / 10.0);
        features[6] = Flag(CodeMarker().IsMatch(text));
        features[7] = Flag(ReasoningWord().IsMatch(text));
        features[8] = Flag(OpensBoolean().IsMatch(text));
        features[9] = Flag(OpensLookup().IsMatch(text));
        features[10] = (float)(10 * CountAny(text, MathSigns) / characters);
        features[11] = Flag(JoiningWord().IsMatch(text));
    }

    /// <summary>The features of <paramref name="text"/>, <see cref="Count"/> of them.</summary>
    public static float[] Of(string text)
    {
        var features = new float[Count];
        Compute(text, features);
        return features;
    }

    private static float Flag(bool value) => value ? 1f : 0f;

    private static int CountWords(string text)
    {
        var words = 0;
        var inWord = false;
        foreach (var c in text)
        {
            // The head was trained on Python's str.split(), which also splits at the four information separators U+001C..U+001F.
            var space = char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';
            if (!space && !inWord)
                words++;
            inWord = !space;
        }

        return words;
    }

    private static int CountDigits(string text)
    {
        var digits = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
                digits++;
        }

        return digits;
    }

    private static int CountAny(ReadOnlySpan<char> text, SearchValues<char> values)
    {
        var count = 0;
        for (int at; (at = text.IndexOfAny(values)) >= 0; text = text[(at + 1)..])
            count++;
        return count;
    }

    [GeneratedRegex("```|def |class |function|SELECT |#include")]
    private static partial Regex CodeMarker();

    [GeneratedRegex(@"\b(why|how|explain|compare|analy[sz]e|prove|derive|design|evaluate|implications?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ReasoningWord();

    [GeneratedRegex(@"^\s*(is|are|was|were|do|does|did|can|has|have|will)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OpensBoolean();

    [GeneratedRegex(@"^\s*(what|who|when|where|which)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OpensLookup();

    [GeneratedRegex(@"\b(and|then|also|both|each|respectively)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex JoiningWord();
}
