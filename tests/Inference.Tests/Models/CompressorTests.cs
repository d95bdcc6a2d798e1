using OrleansLlm.Core;

namespace OrleansLlm.Inference.Tests.Models;

public sealed class CompressorTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    private static readonly Gen<string> s_sentence =
        Gen.OneOf(Gen.String[Gen.Char["ab 1.,é日-"], 0, 60], Gen.String, Gen.Int[0, 900].Select(n => string.Concat(Enumerable.Repeat("refund policy ", n))));

    [Fact]
    public void Plan_AnySentences_EveryTokenOnceInOrderWithinTheWindow() =>
        Gen.Select(Gen.String, s_sentence.Array[0, 12]).Sample(
            (question, sentences) =>
            {
                var plan = Plan(question, sentences);
                Assert.All(plan.Windows, window =>
                {
                    Assert.InRange(window.Ids.Length, 4, 256);
                    Assert.InRange(window.TextStart, 2, PrunePlanner.MaxQuestionTokens + 2);
                    Assert.Equal(window.Ids.Length - window.TextStart - 1, window.Parts.Sum(part => part.Count));
                });
                for (var i = 0; i < sentences.Length; i++)
                {
                    using var expected = new OrleansLlm.Inference.Tokenization.TokenBuffer();
                    TestModels.Tokenizer.Tokenize(sentences[i], expected);
                    var actual = plan.Windows.SelectMany(window => window.Parts.Where(part => part.Sentence == i).SelectMany(part => window.Ids.Skip(part.Start).Take(part.Count)));
                    Assert.Equal(expected.Ids.ToArray(), actual);
                }
            },
            iter: 300);

    [Fact]
    public void Plan_SentenceThatFitsAWindow_IsNeverCut()
    {
        var sentences = Enumerable.Range(0, 40).Select(i => $"Clause {i} of the agreement applies to every account opened before the {i}th of May.").ToArray();
        var parts = Plan("Which clause applies?", sentences).Windows.SelectMany(window => window.Parts);
        Assert.Equal(Enumerable.Range(0, 40), parts.Select(part => part.Sentence));
    }

    [Fact]
    public void Plan_SentenceLongerThanAWindow_IsCutBetweenWords()
    {
        var sentence = string.Join(' ', Enumerable.Repeat("electroencephalographically", 100));
        var plan = Plan("why?", [sentence]);
        Assert.True(plan.Windows.Count > 1);
        Assert.All(plan.Windows, window => Assert.Equal('e', sentence[window.Spans[0].Start]));
        Assert.All(plan.Windows, window => Assert.True(window.Spans[0].Start == 0 || sentence[window.Spans[0].Start - 1] == ' '));
    }

    [Fact]
    public async Task RunAsync_LongPrompt_SameScoresHoweverManyRunAtOnce()
    {
        var request = LongRequest();
        var alone = (await fixture.Engine.Compressor.RunAsync(request, Deadline.Never)).Value!;
        Assert.True(alone.WindowCount > 4);
        var together = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fixture.Engine.Compressor.RunAsync(request, Deadline.Never).AsTask()));
        Assert.All(together, result => Assert.Equal(alone.SentenceLogits, result.Value!.SentenceLogits));
    }

    [Fact]
    public async Task RunAsync_WithWords_SpansCoverWordsOfTheirSentence()
    {
        string[] sentences = ["Refunds take 5 days.", " \n ", "Cards ship from Århus."];
        var scores = (await fixture.Engine.Compressor.RunAsync(new PruneRequest("How long do refunds take?", sentences, WithWords: true), Deadline.Never)).Value!;
        Assert.Equal(["Ref", "unds", "take", "5", "days", "."], scores.Words![0].Select(word => sentences[0].Substring(word.Start, word.Length)));
        Assert.Empty(scores.Words[1]);
        Assert.Equal(0, scores.SentenceLogits[1]);
        Assert.Equal("Cards ship from Århus.".Replace(" ", "", StringComparison.Ordinal), string.Concat(scores.Words[2].Select(word => sentences[2].Substring(word.Start, word.Length))));
        Assert.True(scores.SentenceLogits[0] > scores.SentenceLogits[2]);
    }

    [Fact]
    public async Task RunAsync_NoSentences_CompletesWithNoScores()
    {
        var result = await fixture.Engine.Compressor.RunAsync(new PruneRequest("why?", []), Deadline.Never);
        Assert.Empty(result.Value!.SentenceLogits);
        Assert.Equal(0, result.Value.WindowCount);
    }

    [Fact]
    public async Task RunAsync_MoreWindowsThanTheQueueHolds_AnswersOverloaded()
    {
        var options = TestModels.Options();
        options.QueueCapacity = 2;
        await using var engine = TestModels.Start(options);
        Assert.Equal(LaneOutcome.Overloaded, (await engine.Compressor.RunAsync(LongRequest(), Deadline.Never)).Outcome);
        Assert.Equal(LaneOutcome.Completed, (await engine.Compressor.RunAsync(new PruneRequest("why?", ["because."]), Deadline.Never)).Outcome);
    }

    [Fact]
    public async Task Embedder_ManyAtOnce_SameBytesAsAlone()
    {
        var texts = TestModels.Reference("embedder").Select(row => row.Text("text")).Take(30).ToArray();
        var alone = new List<float[]>();
        foreach (var text in texts)
            alone.Add((await fixture.Engine.Embedder.RunAsync(text, Deadline.Never)).Value!);
        var together = await Task.WhenAll(texts.Select(text => fixture.Engine.Embedder.RunAsync(text, Deadline.Never).AsTask()));
        Assert.Equal(alone, together.Select(result => result.Value!));
    }

    private static PruneRequest LongRequest() => new(
        "What is the limit for transfers to new payees?",
        [.. Enumerable.Range(0, 90).Select(i => $"Section {i}: transfers above {i * 100} dollars to new payees need the approval of officer {i % 7}.")]);

    private static PrunePlan Plan(string question, string[] sentences)
    {
        var plans = new PrunePlan[1];
        new PrunePlanner(TestModels.Tokenizer, 256).Run([new PruneRequest(question, sentences)], plans);
        return plans[0];
    }
}
