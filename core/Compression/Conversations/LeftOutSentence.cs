using System.Text;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>A sentence or record that was left out of a document.</summary>
/// <param name="Text">The sentence, on one line.</param>
/// <param name="Heading">What it stands under; empty where that is nothing.</param>
internal readonly record struct LeftOutSentence(string Text, string Heading)
{
    /// <summary>The sentence with its headings.</summary>
    public string Line => Heading.Length == 0 ? Text : $"{Text} [{Heading}]";

    /// <summary>All of <paramref name="sentences"/>, one a line, with the headings of those that follow each other on a line before them.</summary>
    public static string Write(IEnumerable<LeftOutSentence> sentences)
    {
        var text = new StringBuilder();
        var heading = string.Empty;
        foreach (var sentence in sentences)
        {
            if (sentence.Heading != heading && sentence.Heading.Length > 0)
                text.Append('[').Append(sentence.Heading).Append("]\n");
            heading = sentence.Heading;
            text.Append(sentence.Text).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }
}
