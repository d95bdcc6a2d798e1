using System.Text.Json;
using OrleansLlm.Core.Compression.Calibration;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Silo.Calibration;

/// <summary>
/// Puts golden questions to the cheapest and the strongest tier and grades the answers: by the right answer where the row has one and a tier gave it, else
/// by a judge in both orders. A question is simple where the cheap answer is no worse.
/// </summary>
/// <param name="calls">Asks them.</param>
/// <param name="cheap">The cheapest tier's model.</param>
/// <param name="strong">The strongest tier's model.</param>
/// <param name="judge">The judging model; null for none.</param>
internal sealed class GoldenRunner(DirectCalls calls, string cheap, string strong, string? judge)
{
    private const int Concurrency = 4;

    /// <summary>Grades every question; null where a call failed, the judge said neither, or no tier gave the right answer and there is no judge.</summary>
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
        // Where the rule finds the right answer in neither, it may be the rule that missed it: that says nothing of the cheap one.
        var isSimple = question.Answer switch
        {
            { } reference when IsRight(reference, weakAnswer) => true,
            { } reference when IsRight(reference, strongAnswer) => false,
            _ => await JudgeAsync(question.Text, weakAnswer, strongAnswer, cancellationToken),
        };
        return isSimple is { } label ? new GradedQuestion(question.Text, label, weakAnswer, strongAnswer) : null;
    }

    private static bool IsRight(string reference, string answer) => AnswerGrader.IsRight(AnswerGrader.Default(reference), reference, answer);

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

    // An answer without words cannot be graded.
    private async Task<string?> SendAsync(string model, byte[] body, CancellationToken cancellationToken) =>
        (await calls.AskAsync(model, body, cancellationToken)).Text is { Length: > 0 } text ? text : null;
}

/// <summary>A golden question with its label.</summary>
/// <param name="Text">What was asked.</param>
/// <param name="IsSimple">Whether the cheap answer was no worse.</param>
/// <param name="WeakAnswer">The cheapest tier's answer; null where the label was given.</param>
/// <param name="StrongAnswer">The strongest tier's; likewise.</param>
internal sealed record GradedQuestion(string Text, bool IsSimple, string? WeakAnswer, string? StrongAnswer);
