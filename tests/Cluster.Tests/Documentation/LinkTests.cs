using System.Text.RegularExpressions;

namespace OrleansLlm.Cluster.Tests.Documentation;

/// <summary>What the pages of the repository point to is there.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages
    {
        get
        {
            var pages = new TheoryData<string> { "README.md", "models/README.md", "k8s/README.md", "samples/README.md", "samples/walkthrough.md" };
            foreach (var page in Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Order())
                pages.Add(Path.GetRelativePath(Repository.Root, page));
            return pages;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_RelativeLinks_LeadSomewhere(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        var text = CodeBlock().Replace(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), "");
        foreach (Match link in Link().Matches(text))
        {
            var target = link.Groups["target"].Value;
            if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
                continue;
            var (file, anchor) = target.Split('#', 2) is [var f, var a] ? (f, a) : (target, null);
            var linked = file.Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, file));
            Assert.True(File.Exists(linked) || Directory.Exists(linked), $"{page} links to {target}, which is not there");
            if (anchor is not null)
                Assert.True(Anchors(await File.ReadAllTextAsync(linked, TestContext.Current.CancellationToken)).Contains(anchor), $"{page} links to {target}; there is no such heading");
        }
    }

    // As code hosts make them: lower case, spaces to dashes, other marks away.
    private static HashSet<string> Anchors(string text) =>
        [.. Heading().Matches(CodeBlock().Replace(text, "")).Select(static h => NotInAnchors().Replace(h.Groups["title"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"(?<!\\)\[[^\]\n]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();
}
