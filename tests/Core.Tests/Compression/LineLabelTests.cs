using System.Globalization;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Core.Tests.Compression.Conversations;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class LineLabelTests
{
    private static readonly string[][] Pieces =
    [
        ["Starter costs 12 dollars a month.", "It has one user.", "Invoices are sent on the first working day."],
        ["Refunds are paid to the original payment method.", "A refund takes ten business days.", "Enterprise contracts have none."],
        ["Mail reaches the support on all plans.", "The first response comes within eight hours.", "Chat is open until six."],
        ["Downtime gives a credit.", "It amounts to a tenth of the fee.", "Credits must be claimed within 60 days."],
        ["Data are stored in Frankfurt.", "Backups are kept for 35 days.", "Keys have 256 bits."],
        ["The company was founded in Malmö.", "The headquarters moved to Berlin.", "Some 400 people work there."],
        ["Webhooks exist for all else.", "They are retried five times.", "A dropped event is written to the log."],
        ["An account can be closed at any time.", "The data can be exported for 90 days.", "Invoices are kept for ten years."],
    ];

    [Theory]
    [InlineData("[{0}]")]
    [InlineData("[Document {0}]")]
    [InlineData("[doc_{0}]:")]
    [InlineData("Document {0}:")]
    [InlineData("Source {0} -")]
    [InlineData("passage [{0}]:")]
    [InlineData("**Document {0}**")]
    [InlineData("**[{0}]**")]
    [InlineData("#{0}")]
    [InlineData("Chunk {0} (score 0.8):")]
    [InlineData("Dokument {0}:")]
    [InlineData("文档{0}：")]
    [InlineData("2024-01-0{0}:")]
    [InlineData("[00:0{0}:12]")]
    [InlineData("Title: Page {0}.")]
    [InlineData("handbook_{0}.pdf:")]
    [InlineData("Speaker {0}:")]
    [InlineData("(Source {0})")]
    [InlineData("Clause {0}.")]
    public async Task Compress_PiecesUnderLabels_KeepTheirOwn(string label)
    {
        string Label(int piece) => string.Format(CultureInfo.InvariantCulture, label, piece + 1);
        foreach (var between in (string[])["\n", "\n\n"])
        {
            foreach (var question in (string[])["How long does a refund take?", "Where are the headquarters?", "How long are backups kept?", "What does Starter cost?", "How often are webhooks retried?"])
            {
                var context = string.Join(between, Pieces.Select((piece, i) => $"{Label(i)} {string.Join(' ', piece)}"));
                var talk = new Talk("You answer.", [($"Context:\n{context}\n\nQuestion: {question}", "…")]);
                var (messages, result) = await talk.CompressedAsync(0, null, CompressionSettings.Default with { MinimumContextTokens = 50, KeepRate = .5 });
                Assert.NotEmpty(result.Documents);
                for (var i = 0; i < Pieces.Length; i++)
                {
                    foreach (var sentence in Pieces[i].Where(s => messages[1].Text.Contains(s, StringComparison.Ordinal)))
                        Assert.Equal(i, LabelBefore(messages[1].Text, messages[1].Text.IndexOf(sentence, StringComparison.Ordinal)));
                }
            }
        }

        int LabelBefore(string text, int at) => Enumerable.Range(0, Pieces.Length).MaxBy(i => text.LastIndexOf(Label(i), at, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Compress_TurnsOfSpeakers_KeepTheirNames()
    {
        string[] names = ["Anna", "Bert", "Dr. Chloe Weiss"];
        var context = string.Join('\n', Pieces.Select((piece, i) => $"{names[i % 3]}: {string.Join(' ', piece)}"));
        var talk = new Talk("You answer.", [($"<transcript>\n{context}\n</transcript>\n\nHow long are backups kept?", "…")]);
        var (messages, _) = await talk.CompressedAsync(0, null, CompressionSettings.Default with { MinimumContextTokens = 50, KeepRate = .5 });
        for (var i = 0; i < Pieces.Length; i++)
        {
            foreach (var sentence in Pieces[i].Where(s => messages[1].Text.Contains(s, StringComparison.Ordinal)))
            {
                var line = messages[1].Text.Split('\n').Single(l => l.Contains(sentence, StringComparison.Ordinal));
                Assert.StartsWith(names[i % 3] + ":", line, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Compress_LaterTaskOnPiecesUnderLabels_SaysWhoseEachIs()
    {
        var context = string.Join('\n', Pieces.Select((piece, i) => $"[Document {i + 1}] {string.Join(' ', piece)}"));
        var talk = new Talk("You answer.", [($"Context:\n{context}\n\nQuestion: How long does a refund take?", "Ten days."), ("Translate the text into German.", "…")]);
        var (messages, _) = await talk.CompressedAsync(1, null, CompressionSettings.Default with { MinimumContextTokens = 50, KeepRate = .2 });
        Assert.DoesNotContain("retried five", messages[1].Text, StringComparison.Ordinal);
        Assert.Contains("\n[Document 7] Webhooks exist for all else.\n[Document 7]\nThey are retried five times.\n", messages[3].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_LaterQuestionAboutAPieceUnderALabel_SaysWhoseItIs()
    {
        var context = string.Join('\n', Pieces.Select((piece, i) => $"[Document {i + 1}] {string.Join(' ', piece)}"));
        var talk = new Talk("You answer.", [($"Context:\n{context}\n\nQuestion: How long does a refund take?", "Ten days."), ("How many times are webhooks retried, and in which log is the dropped event written?", "Five.")]);
        var (messages, _) = await talk.CompressedAsync(1, null, CompressionSettings.Default with { MinimumContextTokens = 50, KeepRate = .2 });
        Assert.DoesNotContain("retried five", messages[1].Text, StringComparison.Ordinal);
        Assert.Contains("[Document 7] Webhooks exist for all else.", messages[3].Text, StringComparison.Ordinal);
        Assert.Contains("They are retried five times. [Document 7]\n", messages[3].Text, StringComparison.Ordinal);
    }
}
