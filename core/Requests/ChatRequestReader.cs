using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// Reads a chat completion body: checks what the layers rely on, notes where editable values stand, and hashes what must be
/// equal for two requests to share an answer. Unknown properties are allowed at every depth; they isolate and pass through.
/// </summary>
public static class ChatRequestReader
{
    /// <summary>Deeper JSON is refused; the public clients stay under 32.</summary>
    public const int DeepestNesting = 128;

    // Properties that do not change the answer: transport, billing and bookkeeping.
    private static readonly HashSet<string> NotIsolating = new(StringComparer.Ordinal)
    {
        "stream", "stream_options", "user", "safety_identifier", "metadata", "store", "service_tier", "prompt_cache_key",
        "prompt_cache_retention", "messages",
    };

    // Two values for one of these could be read as one by us and as the other by the upstream: refused.
    private static readonly HashSet<string> MustBeUnique = new(StringComparer.Ordinal) { "model", "service_tier", "messages", "stream", "stream_options", "n", "max_tokens", "max_completion_tokens" };

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DeepestNesting };

    /// <summary>Reads <paramref name="body"/>.</summary>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <param name="modelInAddress">The model or deployment named by the address, which goes before the body's, as it does at Azure; null where the address names none.</param>
    /// <param name="request">The request where the result is null.</param>
    /// <returns>Null, or why the request cannot be served.</returns>
    public static RequestProblem? Read(ReadOnlyMemory<byte> body, string? modelInAddress, out ChatRequest? request)
    {
        request = null;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Strict);
        }
        catch (JsonException e)
        {
            return new RequestProblem(
                $"We could not parse the JSON body of your request (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).", null, "invalid_json");
        }

        using (document)
        {
            try
            {
                return Read(body, document.RootElement, modelInAddress, out request);
            }
            catch (InvalidOperationException)
            {
                // A string with an unpaired surrogate escape parses as JSON but has no text.
                return new RequestProblem("The body holds a string that is not valid Unicode.", null, "invalid_json");
            }
        }
    }

    private static RequestProblem? Read(ReadOnlyMemory<byte> body, JsonElement root, string? modelInAddress, out ChatRequest? request)
    {
        request = null;
        if (root.ValueKind != JsonValueKind.Object)
            return new RequestProblem("The body must be a JSON object.", null, "invalid_type");

        var seen = new HashSet<string>(StringComparer.Ordinal);
        JsonElement? model = null, messages = null, stream = null, options = null, n = null, format = null;
        int? limit = null;
        var hasTools = false;
        foreach (var property in root.EnumerateObject())
        {
            if (MustBeUnique.Contains(property.Name) && !seen.Add(property.Name))
                return new RequestProblem($"'{property.Name}' stands twice in the body.", property.Name, "duplicate_parameter");
            switch (property.Name)
            {
                case "model": model = property.Value; break;
                case "messages": messages = property.Value; break;
                case "stream": stream = property.Value; break;
                case "stream_options": options = property.Value; break;
                case "n": n = property.Value; break;
                case "response_format": format = property.Value; break;
                // Where both are given, providers differ in which counts: the greater bounds either.
                case "max_completion_tokens" or "max_tokens" when property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt32(out var most):
                    limit = Math.Max(limit ?? 0, most);
                    break;
                case "tools" or "functions":
                    hasTools |= property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() > 0;
                    break;
            }
        }

        if (model is { ValueKind: not JsonValueKind.String })
            return Wrong("model", "a string");
        var modelName = modelInAddress ?? model?.GetString();
        if (string.IsNullOrWhiteSpace(modelName))
            return new RequestProblem("You must provide a model parameter.", "model", "missing_required_parameter");
        if (stream is { ValueKind: not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null) })
            return Wrong("stream", "a boolean");
        if (options is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) })
            return Wrong("stream_options", "an object");
        var choices = 1;
        if (n is { ValueKind: not JsonValueKind.Null } && (n.Value.ValueKind != JsonValueKind.Number || !n.Value.TryGetInt32(out choices) || choices < 1))
            return Wrong("n", "a positive integer");
        if (messages is null)
            return new RequestProblem("You must provide a messages parameter.", "messages", "missing_required_parameter");
        if (messages.Value.ValueKind != JsonValueKind.Array)
            return Wrong("messages", "an array of messages");
        if (messages.Value.GetArrayLength() == 0)
            return new RequestProblem("'messages' must hold at least one message.", "messages", "empty_array");

        var list = new List<ChatMessage>(messages.Value.GetArrayLength());
        foreach (var message in messages.Value.EnumerateArray())
        {
            if (ReadMessage(body, message, list.Count, out var read) is { } problem)
                return problem;
            list.Add(read!);
        }

        JsonSpan? includeUsageToken = null;
        var includeUsage = false;
        if (options is { ValueKind: JsonValueKind.Object } && options.Value.TryGetProperty("include_usage", out var usage))
        {
            includeUsageToken = SpanOf(body, usage);
            includeUsage = usage.ValueKind == JsonValueKind.True;
        }

        var (segments, contextDigest) = Segment(list, OtherParts(messages.Value[list.Count - 1], list[^1]));
        request = new ChatRequest
        {
            Body = body,
            Model = modelName,
            ModelToken = model is null ? null : SpanOf(body, model.Value),
            Stream = stream is { ValueKind: JsonValueKind.True },
            IncludeUsage = includeUsage,
            StreamOptionsToken = options is null ? null : SpanOf(body, options.Value),
            IncludeUsageToken = includeUsageToken,
            Messages = list,
            Choices = choices,
            Tier = ServiceTierName.Of(root),
            MaxCompletionTokens = limit,
            HasTools = hasTools,
            HasOtherParts = list.Exists(static m => m.HasOtherParts),
            WantsJson = format is { ValueKind: JsonValueKind.Object } && format.Value.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String && type.GetString() is "json_schema" or "json_object",
            Segments = segments,
            IsolationDigest = Isolate(root, messages.Value, segments, modelName),
            ContextDigest = contextDigest,
        };
        return null;
    }

    private static RequestProblem? ReadMessage(ReadOnlyMemory<byte> body, JsonElement message, int index, out ChatMessage? read)
    {
        read = null;
        var name = $"messages[{index}]";
        if (message.ValueKind != JsonValueKind.Object)
            return Wrong(name, "an object");
        JsonElement? role = null, content = null;
        var toolCalls = false;
        foreach (var property in message.EnumerateObject())
        {
            switch (property.Name)
            {
                case "role" when role is not null:
                case "content" when content is not null:
                    return new RequestProblem($"'{name}.{property.Name}' stands twice in the body.", $"{name}.{property.Name}", "duplicate_parameter");
                case "role": role = property.Value; break;
                case "content": content = property.Value; break;
                case "tool_calls" or "function_call": toolCalls |= property.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object; break;
            }
        }

        if (role is not { ValueKind: JsonValueKind.String })
            return role is null
                ? new RequestProblem($"You must provide '{name}.role'.", $"{name}.role", "missing_required_parameter")
                : Wrong($"{name}.role", "a string");

        var parts = new List<TextPart>(1);
        var others = false;
        switch (content?.ValueKind)
        {
            case null or JsonValueKind.Null:
                break;
            case JsonValueKind.String:
                parts.Add(new TextPart(SpanOf(body, content.Value), content.Value.GetString()!));
                break;
            case JsonValueKind.Array:
                foreach (var part in content.Value.EnumerateArray())
                {
                    if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                        && type.GetString() == "text" && part.TryGetProperty("text", out var text))
                    {
                        if (text.ValueKind != JsonValueKind.String)
                            return Wrong($"{name}.content", "text parts whose 'text' is a string");
                        parts.Add(new TextPart(SpanOf(body, text), text.GetString()!));
                    }
                    else
                    {
                        others = true;
                    }
                }

                break;
            default:
                return Wrong($"{name}.content", "a string or an array of parts");
        }

        read = new ChatMessage(role.Value.GetString()!, parts, others, toolCalls);
        return null;
    }

    private static IEnumerable<JsonElement> OtherParts(JsonElement message, ChatMessage read) => !read.HasOtherParts ? [] : message.GetProperty("content").EnumerateArray()
        .Where(static part => !(part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type)
            && type.ValueKind == JsonValueKind.String && type.GetString() == "text"));

    /// <summary>Takes the last of the messages apart, where it is the user's.</summary>
    /// <param name="list">At least one message.</param>
    /// <param name="otherParts">Parts of the last one that are not text; they belong to its context.</param>
    internal static (PromptSegments Segments, byte[] ContextDigest) Segment(List<ChatMessage> list, IEnumerable<JsonElement> otherParts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (!list[^1].IsUser)
            return (PromptSegments.None, hash.GetHashAndReset());

        var parts = new List<SplitText>(1);
        for (var i = 0; i < list[^1].TextParts.Count; i++)
        {
            var text = list[^1].TextParts[i].Text;
            var split = ContextDetector.Split(i, text);
            parts.Add(split);
            CanonicalJson.AppendText(hash, 'l', split.Layout);
            foreach (var block in split.Context)
                CanonicalJson.AppendText(hash, 'c', text.AsSpan(block.Start, block.Length));
        }

        foreach (var part in otherParts)
            CanonicalJson.Append(hash, part);

        return (PromptSegments.Join(list.Count - 1, parts), hash.GetHashAndReset());
    }

    private static byte[] Isolate(JsonElement root, JsonElement messages, PromptSegments segments, string model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        CanonicalJson.AppendText(hash, 'm', model);
        CanonicalJson.Append(hash, root, NotIsolating.Contains);
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            // Of the last user turn only the content is set apart; a name, say, still isolates.
            if (index++ == segments.MessageIndex)
                CanonicalJson.Append(hash, message, static p => p == "content");
            else
                CanonicalJson.Append(hash, message);
        }

        return hash.GetHashAndReset();
    }

    internal static RequestProblem Wrong(string param, string expected) => new($"Invalid type for '{param}': expected {expected}.", param, "invalid_type");

    internal static JsonSpan SpanOf(ReadOnlyMemory<byte> body, JsonElement element)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        var start = (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(body.Span), ref MemoryMarshal.GetReference(raw));
        return new JsonSpan(start, raw.Length);
    }
}
