using System.Collections.Concurrent;
using System.Text.RegularExpressions;

/// <summary>A few documents in memory, found by the words they share with a question; a rare word counts more.</summary>
internal sealed partial class Documents
{
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    public static Documents Load(string folder)
    {
        var documents = new Documents();
        foreach (var file in Directory.EnumerateFiles(folder, "*.md"))
            documents._texts[Path.GetFileNameWithoutExtension(file)] = File.ReadAllText(file);
        return documents;
    }

    /// <summary>False where there is no such document.</summary>
    public bool Replace(string name, string text) =>
        _texts.TryGetValue(name, out var old) && _texts.TryUpdate(name, text, old);

    /// <summary>The best <paramref name="count"/>, by name: the cache answers a rewording only where the same documents come in the same order.</summary>
    public IReadOnlyList<(string Name, string Text)> Find(string question, int count)
    {
        var documents = _texts.Select(d => (d.Key, d.Value, Words: Words(d.Value))).ToList();
        var asked = Words(question);
        return
        [
            .. documents
                .Select(d => (d.Key, d.Value, Score: asked.Where(d.Words.Contains).Sum(w => Math.Log((documents.Count + 1.0) / documents.Count(o => o.Words.Contains(w))))))
                .Where(d => d.Score > 0)
                .OrderByDescending(d => d.Score).ThenBy(d => d.Key, StringComparer.Ordinal)
                .Take(count)
                .OrderBy(d => d.Key, StringComparer.Ordinal)
                .Select(d => (d.Key, d.Value)),
        ];
    }

    // Words of three letters and fewer ("how", "do", "I", "can") say nothing about the subject.
    private static HashSet<string> Words(string text) => [.. Word().Matches(text.ToLowerInvariant()).Select(m => m.Value)];

    [GeneratedRegex(@"\p{L}{4,}")]
    private static partial Regex Word();
}
