using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Pages.Playground;

/// <summary>The playground with what was asked and what came of it.</summary>
public sealed class PlaygroundView
{
    internal PlaygroundView(IReadOnlyList<string> models, PlaygroundRequest request, PlaygroundResult? result, string? problem)
    {
        Models = models;
        Request = request;
        Result = result;
        Problem = problem;
    }

    internal IReadOnlyList<string> Models { get; }

    internal PlaygroundRequest Request { get; }

    internal PlaygroundResult? Result { get; }

    /// <summary>Why nothing was asked; null where it was, or nothing was to be.</summary>
    internal string? Problem { get; }
}

/// <summary>What came of a request.</summary>
/// <param name="RequestId">Names it in ledger and feedback.</param>
/// <param name="Explanation">What each layer would do, asked for just before.</param>
/// <param name="Status">HTTP status that a caller would have got.</param>
/// <param name="Answer">The text; for an error its message.</param>
/// <param name="Decision">What was done.</param>
/// <param name="Headers">What a caller reads of it.</param>
/// <param name="Milliseconds">Until the answer was here.</param>
internal sealed record PlaygroundResult(
    string RequestId, Explanation Explanation, int Status, string Answer, Decision Decision, IReadOnlyList<KeyValuePair<string, string>> Headers, double Milliseconds);
