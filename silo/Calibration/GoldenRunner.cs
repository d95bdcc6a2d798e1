using System.Buffers;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Calibration;

/// <summary>
/// Puts golden questions to the cheapest and the strongest tier and grades the answers: by the right answer where the row has one, else by a judge
/// in both orders. A question is simple where the cheap answer is no worse.
/// </summary>
/// <param name="catalog">The configured providers.</param>
/// <param name="cheap">The cheapest tier's model.</param>
/// <param name="strong">The strongest tier's model.</param>
/// <param name="judge">The judging model; null where every row has an answer.</param>
/// <param name="priceOf">What a model costs; null where that is unknown.</param>
internal sealed class GoldenRunner(IUpstreamCatalog catalog, string cheap, string strong, string? judge, Func<string, ModelPrice?> priceOf)
{
    private const int Concurrency = 4;
    private const int LargestReply = 4 * 1024 * 1024;
    private const int ReadSize = 16 * 1024;

    private readonly Lock _lock = new();

    /// <summary>What the calls cost so far, as far as prices are known.</summary>
    public decimal CostUsd { get; private set; }

    /// <summary>Grades every question; null where a call failed or the judge said neither.</summary>
    public async Task<IReadOnlyList<GradedQuestion?>> RunAsync(IReadOnlyList<GoldenQuestion> questions, Action<int> progress, CancellationToken cancellationToken)
    {
        var graded = new GradedQuestion?[questions.Count];
        var done = 0;
        await Parallel.ForAsync(0, questions.Count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (i, token) =>
        {
            graded[i] = await GradeAsync(questions[i], token);
            progress(Interlocked.Increment(ref done));
        });
        return graded;
    }

    private async Task<GradedQuestion?> GradeAsync(GoldenQuestion question, CancellationToken cancellationToken)
    {
        if (question.IsSimple is { } known)
            return new GradedQuestion(question.Text, known, null, null);
        if (await AskAsync(cheap, question.Text, cancellationToken) is not { } weakAnswer || await AskAsync(strong, question.Text, cancellationToken) is not { } strongAnswer)
            return null;
        var isSimple = question.Answer is { } reference
            ? GoldenAnswer.Matches(reference, weakAnswer) || !GoldenAnswer.Matches(reference, strongAnswer)
            : await JudgeAsync(question.Text, weakAnswer, strongAnswer, cancellationToken);
        return isSimple is { } label ? new GradedQuestion(question.Text, label, weakAnswer, strongAnswer) : null;
    }

    private async Task<bool?> JudgeAsync(string question, string weakAnswer, string strongAnswer, CancellationToken cancellationToken)
    {
        if (judge is null || PreferenceQuestion.Body(judge, question, weakAnswer, strongAnswer) is not { } forward
            || PreferenceQuestion.Body(judge, question, strongAnswer, weakAnswer) is not { } backward)
            return null;
        var weakFirst = PreferenceQuestion.FirstServes(await SendAsync(judge, forward, cancellationToken));
        var weakSecond = PreferenceQuestion.SecondServes(await SendAsync(judge, backward, cancellationToken));
        // Where the orders disagree the strong model is called: only agreement makes a question simple.
        return weakFirst is { } a && weakSecond is { } b ? a && b : null;
    }

    private Task<string?> AskAsync(string model, string question, CancellationToken cancellationToken) => SendAsync(
        model,
        JsonSerializer.SerializeToUtf8Bytes(new { model, temperature = 0, messages = new[] { new { role = "user", content = question } } }),
        cancellationToken);

    private async Task<string?> SendAsync(string model, byte[] body, CancellationToken cancellationToken)
    {
        if (catalog.Find(model) is not { } target)
            return null;
        await using var reply = await target.Upstream.SendAsync(
            new UpstreamRequest(model, body, false, "calibrate_" + Guid.CreateVersion7().ToString("N")), cancellationToken);
        if (reply.Failure != UpstreamFailure.None || reply.Status != 200)
            return null;
        var buffer = new ArrayBufferWriter<byte>(ReadSize);
        int read;
        while ((read = await reply.Body.ReadAsync(buffer.GetMemory(ReadSize), cancellationToken)) > 0)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > LargestReply)
                return null;
        }

        var facts = CompletionFacts.Read(buffer.WrittenMemory);
        if (facts?.Usage is { } usage && priceOf(model) is { } price)
        {
            lock (_lock)
                CostUsd += CostCalculator.Cost(price, usage);
        }

        return facts?.Text is { Length: > 0 } text ? text : null;
    }
}

/// <summary>A golden question with its label.</summary>
/// <param name="Text">What was asked.</param>
/// <param name="IsSimple">Whether the cheap answer was no worse.</param>
/// <param name="WeakAnswer">The cheapest tier's answer; null where the label was given.</param>
/// <param name="StrongAnswer">The strongest tier's; likewise.</param>
internal sealed record GradedQuestion(string Text, bool IsSimple, string? WeakAnswer, string? StrongAnswer);
