using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.PrefixCaching;

namespace OrleansLlm.Core.Tests.Compression.Conversations;

public sealed class ConversationCompressorTests
{
    private const string Instructions = "You answer from the documents.";

    private static readonly CompressionSettings Settings = CompressionSettings.Default;
    private static readonly string Asked = $"Context:\n{Prompts.Handbook}\n\nQuestion: How long does a refund to a debit card take?";

    private static readonly PrefixCacheRules OpenAi = new(1024, 128, .5, 1, TimeSpan.FromHours(1));
    private static readonly PrefixCacheRules OpenAiCheapReads = new(1024, 128, .1, 1, TimeSpan.FromHours(1));
    private static readonly PrefixCacheRules OpenAiWrites = new(1024, 128, .1, 1.25, TimeSpan.FromHours(1));
    private static readonly PrefixCacheRules Anthropic = new(1024, 1, .1, 1.25, TimeSpan.FromMinutes(5));
    private static readonly PrefixCacheRules Gemini = new(1024, 1, .25, 1, TimeSpan.FromMinutes(5));

    [Fact]
    public async Task Compress_DocumentInAnEarlierTurn_KeepsTheBytesThatItEnteredWith()
    {
        var talk = new Talk(Instructions, [(Asked, "7 business days."), ("Thanks a lot!", "You are welcome."), ("Are you sure?", "Yes.")]);
        var (first, result) = await talk.CompressedAsync(0, null, Settings);
        Assert.NotEmpty(result.Documents);
        Assert.True(first[1].Text.Length < Asked.Length * .8);
        for (var turn = 1; turn < talk.Turns; turn++)
        {
            var (messages, later) = await talk.CompressedAsync(turn, null, Settings);
            Assert.Equal(first[1], messages[1]);
            Assert.Equal(result.TokensBefore - result.TokensAfter, later.SavedEarlier);
        }
    }

    [Fact]
    public async Task Compress_LaterQuestionAboutWhatWasLeftOut_BringsItBackOnceAndForAll()
    {
        var settings = Settings with { KeepRate = .25 };
        var talk = new Talk(Instructions, [(Asked, "7 days."), ("How are complaints answered, and by when?", "15 days."), ("Thanks a lot!", "Yes.")]);
        const string Fact = "They are answered within 15 business days.";
        var (first, _) = await talk.CompressedAsync(0, null, settings);
        Assert.DoesNotContain(Fact, first[1].Text, StringComparison.Ordinal);

        var (second, result) = await talk.CompressedAsync(1, null, settings);
        Assert.Equal(first[1], second[1]);
        Assert.StartsWith("From the documents above:\n", second[3].Text, StringComparison.Ordinal);
        Assert.Contains(Fact, second[3].Text, StringComparison.Ordinal);
        Assert.EndsWith("\n\nHow are complaints answered, and by when?", second[3].Text, StringComparison.Ordinal);
        Assert.True(result.TokensAfter < result.TokensBefore);

        var (third, _) = await talk.CompressedAsync(2, null, settings);
        Assert.Equal(second[3], third[3]);
        Assert.Equal("Thanks a lot!", third[5].Text);
    }

    [Fact]
    public async Task Compress_LaterTaskOnAllOfIt_BringsAllOfItBack()
    {
        var talk = new Talk(Instructions, [(Asked, "7 days."), ("Translate the document into German.", "…")]);
        var (messages, _) = await talk.CompressedAsync(1, null, Settings with { KeepRate = .25 });
        foreach (var sentence in Prompts.Handbook.Split('\n').Where(l => l.Length > 0 && l[0] != '#').SelectMany(l => l.Split(". ")))
            Assert.Contains(sentence.Trim('.'), messages[1].Text + messages[3].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_PromptThatWouldFallBelowTheProvidersMinimum_StaysAboveIt()
    {
        var padding = string.Join(' ', Enumerable.Range(0, 70).Select(i => $"Rule {i} of the desk stands in the book."));
        var talk = new Talk(padding, [(Asked, "7 days.")]);
        var before = Tokens(talk.Messages(0));
        Assert.InRange(before, 1060, 1900);
        var (free, _) = await talk.CompressedAsync(0, null, Settings with { KeepRate = .1 });
        Assert.True(Tokens(free) < 1024);
        var (bound, _) = await talk.CompressedAsync(0, Anthropic, Settings with { KeepRate = .1 });
        Assert.True(Tokens(bound) >= 1024);
    }

    [Fact]
    public async Task Compress_NoCompressTag_KeepsTheDocument()
    {
        var talk = new Talk(Instructions, [(Asked.Replace("Context:\n", "Context:\n<nocompress>", StringComparison.Ordinal).Replace("\n\nQuestion", "</nocompress>\n\nQuestion", StringComparison.Ordinal), "7.")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings);
        Assert.Empty(result.Documents);
        Assert.Equal(talk.Messages(0), messages);
    }

    [Theory]
    [InlineData("<nocompress>\n", "\n</nocompress>")]
    [InlineData("<NoCompress>\r\n\r\n  ", "\r\n</NoCompress>")]
    [InlineData("<nocompress>\n<document>\n", "\n</document>\n</nocompress>")]
    public async Task Compress_NoCompressTagOnALineOfItsOwn_KeepsTheDocument(string open, string close)
    {
        var talk = new Talk(Instructions, [($"{open}{Prompts.Handbook}{close}\n\nHow long does a refund to a debit card take?", "7.")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings);
        Assert.Empty(result.Documents);
        Assert.Equal(talk.Messages(0), messages);
    }

    [Fact]
    public async Task Compress_DocumentThatRepeatsAnotherOfItsTurn_LosesNothingThatIsNotSentBefore()
    {
        const string Shared = "A merchant may return money to the customer of the shop. The pump was sold in March of that year to a farm in the north.";
        var own = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Station {i} of the line is cleaned by a crew of {i + 2} people."));
        var other = $"{string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Bridge {i} of the line is painted every {i + 2} years."))} {Shared} The end of it.";
        var talk = new Talk(Instructions, [($"<document>\n{own} {Shared}\n</document>\n<document>\n{other}\n</document>\n\nWhich volcano erupted near Naples?", "Vesuvius.")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings with { MinimumSavedTokens = 1 });
        var document = Assert.Single(result.Documents);
        Assert.Equal(other.Replace(Shared + " ", string.Empty, StringComparison.Ordinal), document.Result.Text.Trim());
        Assert.All(document.Result.Removed, span => Assert.True(span.Kind == RemovedKind.Duplicate || string.IsNullOrWhiteSpace(document.Original.Substring(span.Start, span.Length))));
        Assert.Equal(1, messages[1].Text.Split(Shared).Length - 1);
    }

    [Fact]
    public async Task Compress_LaterQuestionThatNamesARecord_BringsItBack()
    {
        var records = string.Join(",\n", Enumerable.Range(4700, 40).Select(i => $"{{\"order\": {i}, \"goods\": \"kettle\", \"price\": {i - 4600}.5, \"note\": \"left at the gate of house {i - 4690}\"}}"));
        var asked = ($"Context:\n[\n{records}\n]\n\nQuestion: What is the price of order 4717?", "117.5");
        var settings = Settings with { KeepRate = .3, ThinRecords = true };
        var (first, result) = await new Talk(Instructions, [asked]).CompressedAsync(0, null, settings);
        Assert.Contains("4717", first[1].Text, StringComparison.Ordinal);
        // Which of the others stay, all alike, is no matter.
        var missing = Enumerable.Range(4720, 20).First(i => !first[1].Text.Contains($"{i}", StringComparison.Ordinal));
        var talk = new Talk(Instructions, [asked, ($"And what is the price of order {missing}?", "133.5"), ("Thanks!", "Yes.")]);
        Assert.Contains(Assert.Single(result.Documents).Result.Removed, span => span.Kind == RemovedKind.Record);

        var (second, _) = await talk.CompressedAsync(1, null, settings);
        Assert.Equal(first[1], second[1]);
        Assert.Contains($"\n{{\"order\": {missing}, \"goods\": \"kettle\", \"price\": {missing - 4600}.5,", second[3].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("},", second[3].Text, StringComparison.Ordinal);
        Assert.InRange(second[3].Text.Split('\n').Length, 4, 20);
    }

    [Fact]
    public async Task Compress_AnyConversationUnderAnyRules_NeverCostsMoreInAnyTurn() =>
        await Gen.Select(
            Gens.Of(OpenAi, OpenAiCheapReads, OpenAiWrites, Anthropic, Gemini), Gens.Of(.25, .62, .8), Gen.Int[0, 160], Turns, Gens.Of(1, 20, 90), Tools)
        .SampleAsync(
            async (rules, rate, padding, turns, minutes, tools) =>
            {
                var talk = new Talk(string.Join(' ', Enumerable.Range(0, padding).Select(i => $"Rule {i} of the desk.")), turns, tools.Description);
                var bills = await talk.BillAsync(
                    rules, Settings with { KeepRate = rate, MinimumContextTokens = 100, ThinRecords = true }, TimeSpan.FromMinutes(minutes), tools.Frame);
                // A question about all of a document brings all of it back, and the label that it comes with: those tokens at full price, and
                // once the premium of a step that is written to the cache a turn earlier for them.
                decimal on = 0, off = 0, labels = 0;
                var premium = 0m;
                for (var turn = 0; turn < bills.Count; turn++)
                {
                    on += bills[turn].On;
                    off += bills[turn].Off;
                    labels += bills[turn].Around * (decimal)rules.WriteShare / 1_000_000;
                    if (bills[turn].Around > 0)
                        premium = rules.StepTokens * ((decimal)rules.WriteShare - 1) / 1_000_000;
                    Assert.True(on <= off + labels + premium, $"turn {turn} of {bills.Count}: {on} above {off} + {labels}; {rules}");
                }
            },
            iter: 80);

    [Theory]
    [InlineData(.3)]
    [InlineData(.45)]
    [InlineData(.55)]
    [InlineData(.7)]
    public async Task Compress_DocumentAfterALabelThatNothingSavedPaysFor_MakesUpForIt(double rate)
    {
        var padding = string.Join(' ', Enumerable.Range(0, 120).Select(i => $"Rule {i} of the desk stands in the book."));
        var other = $"Context:\n{string.Join(' ', Enumerable.Range(0, 60).Select(i => $"Pump {i} of the line is cleaned by a crew of {i + 2} people."))}\n\nQuestion: Who cleans pump 7?";
        var talk = new Talk(padding, [(Asked, "7 days."), ("Summarize the document.", "…"), (other, "A crew of 9.")]);
        var settings = Settings with { KeepRate = rate };
        var (_, owing) = await talk.CompressedAsync(1, OpenAiCheapReads, settings);
        Assert.True(owing.TokensAfter > owing.TokensBefore);
        var (_, result) = await talk.CompressedAsync(2, OpenAiCheapReads, settings);
        Assert.Equal(2, result.Documents.Count);
        Assert.True(OpenAiCheapReads.Allows(result.TokensBefore - result.TokensAfter), $"{result.TokensBefore - result.TokensAfter} tokens saved in all");
    }

    [Fact]
    public async Task Compress_ToolsThatMakeAShortPromptCacheable_KeepItSo()
    {
        // 400 tokens of text and 900 of tools: whole, the provider caches it; at a quarter of the document it would not.
        var talk = new Talk(Instructions, [(Asked, "7 days."), ("Thanks!", "Yes."), ("Are you sure?", "Yes.")], "Searches the handbook.");
        var bills = await talk.BillAsync(Anthropic, Settings with { KeepRate = .1 }, TimeSpan.FromMinutes(1), toolFrame: 900);
        Assert.True(bills.Sum(b => b.On) <= bills.Sum(b => b.Off), $"{bills.Sum(b => b.On)} above {bills.Sum(b => b.Off)}");
    }

    private static readonly Gen<(string, string)[]> Turns = Gen.Select(
        Gen.Int[0, 4], Texts.Sentences(12, 70), Gens.Of("What does the refund cost?", "Which pump was moved?", "Who opens the office in St. Gallen?", "Thanks!", "Summarize the document."), Gen.Int[1, 60])
        .Select((kind, sentences, question, words) => (
            kind == 0 ? question : kind == 4 ? Records(sentences) : $"Context:\n{string.Join(kind == 1 ? "\n" : " ", sentences)}\n\nQuestion: {question}",
            string.Join(' ', Enumerable.Repeat("word", words))))
        .Array[1, 6];

    private static string Records(string[] sentences) =>
        $"Context:\n{System.Text.Json.JsonSerializer.Serialize(sentences.Select((s, i) => new { id = i, text = s }))}\n\nQuestion: What does case 7 say?";

    private static readonly Gen<(string Description, int Frame)> Tools = Gen.Select(Gen.Int[-60, 60], Gen.Int[0, 900])
        .Select((words, frame) => (words <= 0 ? string.Empty : "Searches " + string.Join(' ', Enumerable.Repeat("shelves", words)), frame));

    private static int Tokens(List<(string Role, string Text)> messages) => messages.Sum(m => 3 + Talk.Counter.Count(m.Text)) + 3;
}
