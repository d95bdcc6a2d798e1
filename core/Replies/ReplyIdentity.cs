using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>What an answer says of itself, gathered from a plain body or from a stream's events: id, model and why it ended. Not thread-safe.</summary>
public sealed class ReplyIdentity
{
    private const int MostReasons = 16;

    private readonly List<string> _finishReasons = [];

    public string? Id { get; private set; }

    public string? Model { get; private set; }

    /// <summary>One for each choice that ended, in order: <c>stop</c>, <c>length</c>, <c>tool_calls</c> …</summary>
    public IReadOnlyList<string> FinishReasons => _finishReasons;

    /// <summary>Reads a body or an event's data; what is none is passed over.</summary>
    public void Observe(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty || json.Span[0] != (byte)'{')
            return;
        try
        {
            using var document = JsonDocument.Parse(json);
            Read(document.RootElement);
        }
        catch (JsonException)
        {
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private void Read(JsonElement root)
    {
        // Responses and Anthropic's messages wrap the answer in events.
        var isWrapped = false;
        foreach (var wrapper in (ReadOnlySpan<string>)["response", "message"])
        {
            if (!root.TryGetProperty(wrapper, out var inner) || inner.ValueKind != JsonValueKind.Object)
                continue;
            isWrapped = true;
            Read(inner);
        }

        if (!isWrapped && (root.TryGetProperty("object", out _) || root.TryGetProperty("role", out _)))
            Id ??= Text(root, "id");
        Model ??= Text(root, "model");
        if (root.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array)
        {
            foreach (var choice in choices.EnumerateArray())
            {
                if (choice.ValueKind == JsonValueKind.Object)
                    Ended(Text(choice, "finish_reason"));
            }
        }

        Ended(Text(root, "stop_reason"));
        if (root.TryGetProperty("delta", out var delta) && delta.ValueKind == JsonValueKind.Object)
            Ended(Text(delta, "stop_reason"));
        if (Text(root, "object") == "response")
            Ended(ReasonOf(root));
    }

    private static string? ReasonOf(JsonElement response) => Text(response, "status") switch
    {
        "completed" => "stop",
        "incomplete" => response.TryGetProperty("incomplete_details", out var details) && details.ValueKind == JsonValueKind.Object && Text(details, "reason") == "content_filter"
            ? "content_filter"
            : "length",
        "failed" => "error",
        _ => null,
    };

    private void Ended(string? reason)
    {
        if (reason is not null && _finishReasons.Count < MostReasons)
            _finishReasons.Add(reason);
    }
}
