using System.Text;

namespace OrleansLlm.Core.Tests.Compression;

/// <summary>Generators of contexts.</summary>
internal static class Texts
{
    private static readonly string[] Subjects = ["The manager", "A refund", "Dr. Weber", "Our office in St. Gallen", "The pump", "Nobody", "Version 2.1", "The U.S. team"];

    private static readonly string[] Verbs = ["does not cover", "costs 12.50 EUR for", "was moved on 2024-03-01 to", "opens", "never touches", "weighs 3 kg more than", "(see note 4) replaces"];

    private static readonly string[] Objects = ["the warranty", "each shipment", "\"the old rule. It stays\"", "https://example.com/a.b", "pump number 7", "the invoice", "order A-17/b", "card payments"];

    private static readonly string[] Blocks =
    [
        "```json\n{\"a\": [1, 2, 3],\n \"b\": null}\n```",
        "{\n  \"id\": 17,\n  \"tags\": [\"x\", \"y. Z\"]\n}",
        "| name | price |\n|---|---|\n| pump | 12.50 |",
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-old line\n+new line",
        "2024-03-01 12:00:01 ERROR Connection refused\n2024-03-01 12:00:02 INFO Retrying in 5 s",
        "## Shipping and handling",
        "https://example.com/docs/a.html",
        "> quoted words. They stay.",
        "def price(n):\n    return n * 2",
    ];

    // Letters, marks and characters that break careless code: controls, unpaired surrogates, joiners, right-to-left marks.
    private static readonly string[] Pieces =
    [
        "word", "Word", " ", " ", ". ", "! ", "? ", "\n", "\r\n", "\r", "\n\n", "\t", "\0", "\uD83D", "\uDE00", "😀", "👩‍👩‍👧", "e\u0301", "\u0301", "\u200F",
        "\u202E", "\u2028", "\u0085", "\u00A0", "\u0600", "。", "漢字", "שלום.", "(", ")", "\"", "“", "{", "}", "[", "|", "```", "$$", "<", ">", "#", "- ", "1. ",
        ":", "U.S.", "3.14", "-", "=", ",", "\uFEFF", "ﬀ",
    ];

    /// <summary>Sentences of plain prose, each different from the others by its number.</summary>
    public static Gen<string[]> Sentences(int fewest, int most) =>
        Gen.Select(Gens.Of(Subjects), Gens.Of(Verbs), Gens.Of(Objects)).Array[fewest, most]
            .Select(parts => parts.Select((p, i) => $"{p.Item1} {p.Item2} {p.Item3} in case {i}.").ToArray());

    /// <summary>300 to some 20,000 tokens in sentences of some 12 to 80 tokens.</summary>
    public static Gen<string> Uneven { get; } =
        from count in Gens.Of(25, 40, 60, 120, 300, 1100)
        from sentences in Sentences(count, count + (count / 10))
        from joined in Gen.Int[0, 9].Array[count + (count / 10)]
        select string.Concat(sentences.Select((s, i) => i + 1 < sentences.Length && joined[i] < 5 ? s[..^1] + ", and then " : s + " ")).TrimEnd();

    /// <summary>A structure as it is sent: byte for byte, but that data on several lines lose the white space that means nothing.</summary>
    public static string Written(string block)
    {
        if (block is not ['{' or '[', ..] || block.Split('\n').Length < 3)
            return block;
        try
        {
            return System.Text.Json.JsonSerializer.Serialize(System.Text.Json.JsonElement.Parse(block));
        }
        catch (System.Text.Json.JsonException)
        {
            return block;
        }
    }

    /// <summary>Prose with structures between the paragraphs, and those structures.</summary>
    public static Gen<(string Text, string[] Blocks)> Mixed { get; } =
        Gen.Select(Sentences(40, 90), Gens.Of(Blocks).Array[1, 5], Gen.Int[3, 8]).Select((sentences, blocks, paragraph) =>
        {
            var text = new StringBuilder();
            var next = 0;
            for (var i = 0; i < sentences.Length; i += paragraph)
            {
                text.AppendJoin(' ', sentences.Skip(i).Take(paragraph)).Append("\n\n");
                if (next < blocks.Length)
                    text.Append(blocks[next++]).Append("\n\n");
            }

            return (text.ToString(), blocks[..next]);
        });

    /// <summary>Any Unicode, well-formed or not.</summary>
    public static Gen<string> Odd { get; } = Gens.Of(Pieces).Array[0, 120].Select(string.Concat);
}
