using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// The text that the router scores: what a human said last, the question alone where it can be told from its documents and says what is asked. "Fix it." over
/// a program does not: how hard it is, the program says.
/// </summary>
public static class RoutedText
{
    /// <summary>That of a request; empty in a tool loop.</summary>
    public static string Of(ChatRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Messages is [.., { IsUser: true } last] ? Of(request.Segments, last) : string.Empty;
    }

    /// <summary>That of a request which says nothing but <paramref name="turn"/>.</summary>
    public static string Of(string turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var message = new ChatMessage("user", [new TextPart(default, turn)], false, false);
        return Of(PromptSegments.Of(message, 0), message);
    }

    private static string Of(PromptSegments segments, ChatMessage turn) =>
        segments.Question.Length > 0 && !IsSaidBeside(segments) ? segments.Question : string.Join('\n', turn.TextParts.Select(static p => p.Text));

    private static bool IsSaidBeside(PromptSegments segments) =>
        segments.Context.Count > 0 && (AnswerSigns.IsContinuation(segments.Question) || segments.Context.Any(c => c.Kind == ContextKind.Fenced));
}
