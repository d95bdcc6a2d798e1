using System.Security.Cryptography;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// Reads a Responses body into what the layers work on: instructions and input items become messages, everything else isolates and passes
/// through. What the provider remembers by id (<c>previous_response_id</c>) isolates like any other field.
/// </summary>
public static class ResponsesRequestReader
{
    // Unlike a chat completion's, an answer's id lives on at the provider where it was stored: "store" decides about what is given again.
    private static readonly HashSet<string> NotIsolating = new(StringComparer.Ordinal)
    {
        "stream", "stream_options", "user", "safety_identifier", "metadata", "service_tier", "prompt_cache_key", "prompt_cache_retention", "input",
    };

    private static readonly HashSet<string> MustBeUnique = new(StringComparer.Ordinal) { "model", "service_tier", "input", "instructions", "stream", "stream_options", "max_output_tokens", "previous_response_id", "conversation", "prompt", "tools" };

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = ChatRequestReader.DeepestNesting };

    /// <summary>Reads <paramref name="body"/>.</summary>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <param name="modelInAddress">The model or deployment named by the address, which goes before the body's, as it does at Azure; null where the address names none.</param>
    /// <param name="request">The request where the result is null.</param>
    /// <returns>Null, or why the request cannot be served.</returns>
    public static RequestProblem? Read(ReadOnlyMemory<byte> body, string? modelInAddress, out ChatRequest? request)
    {
        request = null;
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return Read(body, document.RootElement, modelInAddress, out request);
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

    private static RequestProblem? Read(ReadOnlyMemory<byte> body, JsonElement root, string? modelInAddress, out ChatRequest? request)
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

        var hasModel = seen.TryGetValue("model", out var model);
        if (hasModel && model.ValueKind != JsonValueKind.String)
            return ChatRequestReader.Wrong("model", "a string");
        var name = modelInAddress ?? (hasModel ? model.GetString() : null);
        if (string.IsNullOrWhiteSpace(name))
            return new RequestProblem("You must provide a model parameter.", "model", "missing_required_parameter");
        if (seen.TryGetValue("stream", out var stream) && stream.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
            return ChatRequestReader.Wrong("stream", "a boolean");

        if (IsSet(seen, "background") && stream.ValueKind != JsonValueKind.True)
        {
            // Its answer is fetched by id, which is not served, and nothing would ever say what it cost.
            return new RequestProblem(
                "A response in the background is served as a stream only: send stream: true, or leave background out.", "background", "unsupported_parameter");
        }

        var messages = new List<ChatMessage>();
        if (seen.TryGetValue("instructions", out var instructions) && instructions.ValueKind == JsonValueKind.String)
            messages.Add(new ChatMessage("system", [Part(body, instructions)], false, false));
        var otherParts = new List<JsonElement>();
        JsonElement? lastItem = null;
        var hasInput = seen.TryGetValue("input", out var input);
        switch (hasInput ? input.ValueKind : JsonValueKind.Undefined)
        {
            case JsonValueKind.String:
                messages.Add(new ChatMessage("user", [Part(body, input)], false, false));
                break;
            case JsonValueKind.Array:
                foreach (var item in input.EnumerateArray())
                {
                    otherParts.Clear();
                    if (ReadItem(body, item, otherParts) is not { } message)
                        return ChatRequestReader.Wrong("input", "a string or an array of items, each with texts that are strings");
                    messages.Add(message);
                    lastItem = item;
                }

                break;
            case JsonValueKind.Undefined or JsonValueKind.Null:
                // A stored prompt may bring its own input: passed on, never cached.
                break;
            default:
                return ChatRequestReader.Wrong("input", "a string or an array of items");
        }

        var (segments, contextDigest) = messages.Count > 0 && hasInput && input.ValueKind is JsonValueKind.String or JsonValueKind.Array
            ? ChatRequestReader.Segment(messages, otherParts)
            : (PromptSegments.None, SHA256.HashData([]));
        request = new ChatRequest
        {
            Form = WireForm.Responses,
            Body = body,
            Model = name,
            ModelToken = hasModel ? ChatRequestReader.SpanOf(body, model) : null,
            Stream = stream.ValueKind == JsonValueKind.True,
            // A stream of this form always ends with its usage.
            IncludeUsage = true,
            StreamOptionsToken = null,
            IncludeUsageToken = null,
            Messages = messages,
            Choices = 1,
            Tier = ServiceTierName.Of(root),
            MaxCompletionTokens = seen.TryGetValue("max_output_tokens", out var limit) && limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var most) ? most : null,
            HasTools = seen.TryGetValue("tools", out var tools) && tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() > 0,
            HasOtherParts = messages.Exists(static m => m.HasOtherParts),
            WantsJson = seen.TryGetValue("text", out var text) && text.ValueKind == JsonValueKind.Object && text.TryGetProperty("format", out var format)
                && format.ValueKind == JsonValueKind.Object && format.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                && type.GetString() is "json_schema" or "json_object",
            PointsElsewhere = IsSet(seen, "previous_response_id") || IsSet(seen, "conversation") || IsSet(seen, "prompt") || IsSet(seen, "tools"),
            Segments = segments,
            IsolationDigest = Isolate(root, input, hasInput, lastItem, segments, name),
            ContextDigest = contextDigest,
            // What runs in the background, belongs to a conversation that the provider keeps, or takes its input from a stored prompt is not the same twice.
            IsRepeatable = segments.MessageIndex >= 0 && !IsSet(seen, "background") && !IsSet(seen, "conversation") && !IsSet(seen, "prompt"),
            // Answers of this form are kept by default, and continued by id.
            IsProviderBound = !(seen.TryGetValue("store", out var store) && store.ValueKind == JsonValueKind.False)
                || IsSet(seen, "previous_response_id") || IsSet(seen, "conversation") || IsSet(seen, "prompt") || IsSet(seen, "background")
                || messages.Exists(static m => m.Role == "item_reference"),
        };
        return null;
    }

    private static bool IsSet(Dictionary<string, JsonElement> seen, string name) =>
        seen.TryGetValue(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);

    // Null where it is none.
    private static ChatMessage? ReadItem(ReadOnlyMemory<byte> body, JsonElement item, List<JsonElement> otherParts)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return null;
        var type = item.TryGetProperty("type", out var typed) && typed.ValueKind == JsonValueKind.String ? typed.GetString()! : "message";
        if (type != "message" || !item.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String || !item.TryGetProperty("content", out var content))
        {
            // A call, its output, a reference: no text of a person, and whatever comes next is inside a tool's loop.
            var isCall = type.EndsWith("_call", StringComparison.Ordinal);
            return new ChatMessage(isCall ? "assistant" : type.EndsWith("_output", StringComparison.Ordinal) ? "tool" : type, [], true, isCall);
        }

        var parts = new List<TextPart>(1);
        if (content.ValueKind == JsonValueKind.String)
        {
            parts.Add(Part(body, content));
            return new ChatMessage(role.GetString()!, parts, false, false);
        }

        if (content.ValueKind != JsonValueKind.Array)
            return null;
        foreach (var part in content.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var kind) && kind.ValueKind == JsonValueKind.String
                && kind.GetString() is "input_text" or "output_text" && part.TryGetProperty("text", out var text))
            {
                if (text.ValueKind != JsonValueKind.String)
                    return null;
                parts.Add(Part(body, text));
            }
            else
            {
                otherParts.Add(part);
            }
        }

        return new ChatMessage(role.GetString()!, parts, otherParts.Count > 0, false);
    }

    private static byte[] Isolate(JsonElement root, JsonElement input, bool hasInput, JsonElement? lastItem, PromptSegments segments, string model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        CanonicalJson.AppendText(hash, 'F', "responses");
        CanonicalJson.AppendText(hash, 'm', model);
        CanonicalJson.Append(hash, root, NotIsolating.Contains);
        if (!hasInput || (input.ValueKind == JsonValueKind.String && segments.MessageIndex >= 0))
            return hash.GetHashAndReset();
        if (input.ValueKind != JsonValueKind.Array)
        {
            CanonicalJson.Append(hash, input);
            return hash.GetHashAndReset();
        }

        var index = 0;
        var last = input.GetArrayLength() - 1;
        foreach (var item in input.EnumerateArray())
        {
            // Of the last user turn only the content is set apart.
            if (index++ == last && segments.MessageIndex >= 0)
                CanonicalJson.Append(hash, lastItem!.Value, static p => p == "content");
            else
                CanonicalJson.Append(hash, item);
        }

        return hash.GetHashAndReset();
    }

    private static TextPart Part(ReadOnlyMemory<byte> body, JsonElement text) => new(ChatRequestReader.SpanOf(body, text), text.GetString()!);
}
