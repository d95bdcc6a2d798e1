using System.Text;

namespace OrleansLlm.Bench.Load;

/// <summary>The same words in texts that are all different, so that nothing which goes by the text serves one from another; to the models they are the same tokens.</summary>
internal static class Spacing
{
    private const int Widths = 5;

    /// <summary>Text <paramref name="number"/> of these words: its gaps are the digits of the number. Number 0 is the words as they are.</summary>
    public static string Of(string words, int number)
    {
        var text = new StringBuilder(words.Length * 2);
        foreach (var c in words)
        {
            text.Append(c);
            if (c != ' ')
                continue;
            text.Append(' ', number % Widths);
            number /= Widths;
        }

        return number == 0 ? text.ToString() : throw new ArgumentOutOfRangeException(nameof(number), "The words have too few gaps.");
    }
}
