using System.Security.Cryptography;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// Reads an Anthropic Messages body into what the layers work on: the system text and the turns become messages, everything else isolates
/// and passes through. Text at or before the last <c>cache_control</c> mark is pinned: the provider keeps the prompt up to there by its bytes.
/// </summary>
public static class MessagesRequestReader
{
    // A mark says what the provider keeps, not what is asked.
    private static readonly HashSet<string> NotIsolating = new(StringComparer.Ordinal) { "stream", "metadata", "service_tier", "cache_control", "messages" };

    private static readonly HashSet<string> MustBeUnique = new(StringComparer.Ordinal) { "model", "service_tier", "messages", "system", "stream", "max_tokens" };

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = ChatRequestReader.DeepestNesting };

    /// <summary>Reads <paramref name="body"/>.</summary>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <param name="request">The request where the result is null.</param>
    /// <returns>Null, or why the request cannot be served.</returns>
    public static RequestProblem? Read(ReadOnlyMemory<byte> body, out ChatRequest? request)
    {
        request = null;
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return Read(body, document.RootElement, out request);
        }
        catch (JsonException e)
        {
            return new RequestProblem(
                $"We could not parse the JSON body of your request (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).", null, "invalid_json");
        }
        catch (InvalidOperationException)
        {
            return new RequestProblem("The body holds a string that is not valid Unicode.", null, "invalid_json");
        }
    }

    private static RequestProblem? Read(ReadOnlyMemory<byte> body, JsonElement root, out ChatRequest? request)
    {
        request = null;
        if (root.ValueKind != JsonValueKind.Object)
            return new RequestProblem("The body must be a JSON object.", null, "invalid_type");
        var seen = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (!seen.TryAdd(property.Name, property.Value) && MustBeUnique.Contains(property.Name))
                return new RequestProblem($"'{property.Name}' stands twice in the body.", property.Name, "duplicate_parameter");
        }

        if (!seen.TryGetValue("model", out var model))
            return new RequestProblem("You must provide a model parameter.", "model", "missing_required_parameter");
        if (model.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(model.GetString()))
            return ChatRequestReader.Wrong("model", "a model's name");
        if (seen.TryGetValue("stream", out var stream) && stream.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
            return ChatRequestReader.Wrong("stream", "a boolean");
        if (!seen.TryGetValue("messages", out var turns))
            return new RequestProblem("You must provide a messages parameter.", "messages", "missing_required_parameter");
        if (turns.ValueKind != JsonValueKind.Array)
            return ChatRequestReader.Wrong("messages", "an array of messages");
        if (turns.GetArrayLength() == 0)
            return new RequestProblem("'messages' must hold at least one message.", "messages", "empty_array");

        var messages = new List<ChatMessage>(turns.GetArrayLength() + 1);
        if (seen.TryGetValue("system", out var system) && system.ValueKind != JsonValueKind.Null)
        {
            if (MessagesContent.Read(body, system) is not { } instructions)
                return ChatRequestReader.Wrong("system", "a string or an array of text blocks");
            messages.Add(new ChatMessage("system", instructions.Texts, instructions.HasMedia, false));
        }

        MessagesContent? last = null;
        var index = 0;
        foreach (var turn in turns.EnumerateArray())
        {
            if (ReadTurn(body, turn, index++, messages, out last) is { } problem)
                return problem;
            if (last!.HasMark)
                Pin(messages, messages.Count - 1);
        }

        // A mark at the top stands for one at the very end.
        if (IsSet(seen, "cache_control"))
            Pin(messages, messages.Count);
        var (segments, contextDigest) = ChatRequestReader.Segment(messages, last!.Others);
        request = new ChatRequest
        {
            Form = WireForm.Messages,
            Body = body,
            Model = model.GetString()!,
            ModelToken = ChatRequestReader.SpanOf(body, model),
            Stream = stream.ValueKind == JsonValueKind.True,
            // A stream of this form always tells its usage.
            IncludeUsage = true,
            StreamOptionsToken = null,
            IncludeUsageToken = null,
            Messages = messages,
            Choices = 1,
            Tier = ServiceTierName.Of(root),
            MaxCompletionTokens = seen.TryGetValue("max_tokens", out var limit) && limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var most) ? most : null,
            HasTools = seen.TryGetValue("tools", out var tools) && tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() > 0,
            HasOtherParts = messages.Exists(static m => m.HasOtherParts),
            WantsJson = WantsSchema(seen, "output_format") || (seen.TryGetValue("output_config", out var output) && output.ValueKind == JsonValueKind.Object
                && output.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.Object),
            Segments = segments,
            IsolationDigest = Isolate(root, turns, segments.MessageIndex >= 0),
            ContextDigest = contextDigest,
            // A container has a state of its own, and other people's servers answer what they like today.
            IsRepeatable = !IsSet(seen, "container") && !IsSet(seen, "mcp_servers"),
            IsProviderBound = IsSet(seen, "container"),
        };
        return null;
    }

    private static void Pin(List<ChatMessage> messages, int count)
    {
        for (var i = 0; i < count; i++)
            messages[i] = messages[i] with { TextParts = [.. messages[i].TextParts.Select(static p => p with { IsPinned = true })] };
    }

    private static RequestProblem? ReadTurn(ReadOnlyMemory<byte> body, JsonElement turn, int index, List<ChatMessage> messages, out MessagesContent? content)
    {
        content = null;
        var name = $"messages[{index}]";
        if (turn.ValueKind != JsonValueKind.Object)
            return ChatRequestReader.Wrong(name, "an object");
        JsonElement? role = null, given = null;
        foreach (var property in turn.EnumerateObject())
        {
            switch (property.Name)
            {
                case "role" when role is not null:
                case "content" when given is not null:
                    return new RequestProblem($"'{name}.{property.Name}' stands twice in the body.", $"{name}.{property.Name}", "duplicate_parameter");
                case "role": role = property.Value; break;
                case "content": given = property.Value; break;
            }
        }

        if (role is not { ValueKind: JsonValueKind.String })
            return ChatRequestReader.Wrong($"{name}.role", "'user' or 'assistant'");
        content = given is { } value ? MessagesContent.Read(body, value) : null;
        if (content is null)
            return ChatRequestReader.Wrong($"{name}.content", "a string or an array of blocks, each text a string");
        // A user's turn that brings a tool's result is inside a tool's loop, whatever else it says.
        messages.Add(new ChatMessage(content.HasToolResult ? "tool" : role.Value.GetString()!, content.Texts, content.HasMedia, content.HasToolUse));
        return null;
    }

    private static bool IsSet(Dictionary<string, JsonElement> seen, string name) =>
        seen.TryGetValue(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)
        && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    private static bool WantsSchema(Dictionary<string, JsonElement> seen, string name) =>
        seen.TryGetValue(name, out var format) && format.ValueKind == JsonValueKind.Object;

    private static byte[] Isolate(JsonElement root, JsonElement turns, bool hasQuestion)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        CanonicalJson.AppendText(hash, 'F', "messages");
        CanonicalJson.Append(hash, root, NotIsolating.Contains);
        var index = 0;
        var last = turns.GetArrayLength() - 1;
        foreach (var turn in turns.EnumerateArray())
        {
            // Of the last user turn only the content is set apart.
            if (index++ == last && hasQuestion)
                CanonicalJson.Append(hash, turn, static p => p == "content");
            else
                CanonicalJson.Append(hash, turn);
        }

        return hash.GetHashAndReset();
    }
}
