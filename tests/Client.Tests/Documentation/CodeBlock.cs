using System.Text.RegularExpressions;

namespace OrleansLlm.Client.Tests.Documentation;

/// <summary>A fenced block of a page.</summary>
/// <param name="Language">What stands after the fence; empty for a shell.</param>
/// <param name="Heading">The heading above it.</param>
/// <param name="Text">The code.</param>
internal sealed partial record CodeBlock(string Language, string Heading, string Text)
{
    public static async Task<IReadOnlyList<CodeBlock>> ReadAsync(string page)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, page), TestContext.Current.CancellationToken);
        var heading = "";
        var blocks = new List<CodeBlock>();
        foreach (Match match in HeadingOrBlock().Matches(text))
        {
            if (match.Groups["title"] is { Success: true } title)
                heading = title.Value.Trim();
            else
                blocks.Add(new CodeBlock(match.Groups["language"].Value, heading, match.Groups["code"].Value));
        }

        return blocks;
    }

    /// <summary>The code with the gateway at <paramref name="url"/> in place of the address that the pages name.</summary>
    public string At(string url) => Text.Replace("http://127.0.0.1:8080", url, StringComparison.Ordinal);

    [GeneratedRegex(@"^```(?<language>\w*)\r?\n(?<code>.*?)^```|^#{1,6} (?<title>[^\r\n]+)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex HeadingOrBlock();
}
