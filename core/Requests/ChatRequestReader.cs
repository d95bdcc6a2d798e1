using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// Reads a chat completion body: checks what the layers rely on, notes where editable values stand, and hashes what must be
/// equal for two requests to share an answer. Unknown properties are allowed at every depth; they isolate and pass through.
/// </summary>
public static class ChatRequestReader
{
    // Properties that do not change the answer: transport, billing and bookkeeping.
    private static readonly PropertyNames NotIsolating = new(
        "stream", "stream_options", "user", "safety_identifier", "metadata",
        "store", "service_tier", "prompt_cache_key", "prompt_cache_retention", "messages");

    private static readonly string[] Roles = ["user", "assistant", "system", "developer", "tool"];

    private static readonly HashSet<string> MustBeUnique = new(StringComparer.Ordinal)
    {
        "model", "models", "fallbacks", "service_tier", "messages", "stream", "stream_options", "n", "max_tokens", "max_completion_tokens", "tools", "functions", "response_format", "web_search_options",
    };

    /// <summary>Reads <paramref name="body"/>.</summary>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <param name="modelInAddress">The model or deployment named by the address, which goes before the body's, as it does at Azure; null where the address names none.</param>
    /// <param name="request">The request where the result is null.</param>
    /// <returns>Null, or why the request cannot be served.</returns>
    public static RequestProblem? Read(ReadOnlyMemory<byte> body, string? modelInAddress, out ChatRequest? request) => RequestFields.Read(
        body, modelInAddress, MustBeUnique, Read, out request);

    private static RequestProblem? Read(RequestFields fields, string? modelInAddress, out ChatRequest? request)
    {
        request = null;
        RequestProblem? wrong;
        if ((wrong = fields.ReadModel(modelInAddress, out var model, out var modelToken)) is not null
            || (wrong = fields.ReadOtherModels(out var otherModels)) is not null
            || (wrong = fields.ReadStream(out var stream)) is not null
            || (wrong = fields.ReadStreamOptions(out var options)) is not null
            || (wrong = fields.ReadChoices(out var choices)) is not null
            || (wrong = fields.ReadMessages(out var messages)) is not null)
            return wrong;

        var list = new List<ChatMessage>(messages.GetArrayLength());
        foreach (var message in messages.EnumerateArray())
        {
            if (ReadMessage(fields.Body, message, list.Count, out var read) is { } problem)
                return problem;
            list.Add(read!);
        }

        var (segments, contextDigest) = Segment(list, OtherParts(messages[list.Count - 1]));
        request = new ChatRequest
        {
            Body = fields.Body,
            Model = model,
            OtherModels = otherModels,
            ModelToken = modelToken,
            Stream = stream,
            IncludeUsage = options.IncludeUsage,
            StreamOptionsToken = options.Token,
            IncludeUsageToken = options.IncludeUsageToken,
            Messages = list,
            Choices = choices,
            Tier = fields.Tier,
            // Where both are given, providers differ in which counts: the greater bounds either.
            MaxCompletionTokens = fields.Int32("max_completion_tokens") is { } most && fields.Int32("max_tokens") is { } older
                ? Math.Max(most, older)
                : fields.Int32("max_completion_tokens") ?? fields.Int32("max_tokens"),
            HasTools = fields.HasItems("tools") || fields.HasItems("functions"),
            PointsElsewhere = fields.IsSet("web_search_options"),
            SetsReasoning = fields.IsSet("reasoning_effort"),
            HasOtherParts = list.Exists(static m => m.HasOtherParts),
            WantsJson = fields.TryGetObject("response_format", out var format) && IsJsonFormat(format),
            Segments = segments,
            IsolationDigest = Isolate(fields.Root, messages, segments, model),
            ContextDigest = contextDigest,
            IsProviderBound = ProviderFiles.AreNamedIn(fields.Body.Span, fields.Root),
        };
        return null;
    }

    /// <summary>Whether <paramref name="format"/>, an object, asks for JSON.</summary>
    internal static bool IsJsonFormat(JsonElement format) => format.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && type.GetString() is "json_schema" or "json_object";

    private static RequestProblem? ReadMessage(ReadOnlyMemory<byte> body, JsonElement message, int index, out ChatMessage? read)
    {
        read = null;
        if (message.ValueKind != JsonValueKind.Object)
            return RequestFields.Wrong(Name(index), "an object");
        JsonElement? role = null, content = null;
        var toolCalls = false;
        foreach (var property in message.EnumerateObject())
        {
            var (isRole, isContent) = (property.NameEquals("role"u8), property.NameEquals("content"u8));
            if ((isRole && role is not null) || (isContent && content is not null))
                return new RequestProblem($"'{Name(index)}.{property.Name}' stands twice in the body.", $"{Name(index)}.{property.Name}", "duplicate_parameter");
            if (isRole)
                role = property.Value;
            else if (isContent)
                content = property.Value;
            else if (property.NameEquals("tool_calls"u8) || property.NameEquals("function_call"u8))
                toolCalls |= property.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object;
        }

        if (role is not { ValueKind: JsonValueKind.String })
            return role is null
                ? new RequestProblem($"You must provide '{Name(index)}.role'.", $"{Name(index)}.role", "missing_required_parameter")
                : RequestFields.Wrong($"{Name(index)}.role", "a string");

        var parts = new List<TextPart>(1);
        var others = false;
        switch (content?.ValueKind)
        {
            case null or JsonValueKind.Null:
                break;
            case JsonValueKind.String:
                parts.Add(RequestFields.TextOf(body, content.Value));
                break;
            case JsonValueKind.Array:
                foreach (var part in content.Value.EnumerateArray())
                {
                    if (IsText(part, out var text))
                    {
                        if (text.ValueKind != JsonValueKind.String)
                            return RequestFields.Wrong($"{Name(index)}.content", "text parts whose 'text' is a string");
                        parts.Add(RequestFields.TextOf(body, text));
                    }
                    else
                    {
                        others = true;
                    }
                }

                break;
            default:
                return RequestFields.Wrong($"{Name(index)}.content", "a string or an array of parts");
        }

        read = new ChatMessage(RoleOf(role.Value), parts, others, toolCalls);
        return null;
    }

    private static string Name(int index) => $"messages[{index}]";

    private static string RoleOf(JsonElement role)
    {
        foreach (var known in Roles)
        {
            if (role.ValueEquals(known))
                return known;
        }

        return role.GetString()!;
    }

    private static List<OtherPart> OtherParts(JsonElement message)
    {
        var others = new List<OtherPart>();
        if (!message.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Array)
            return others;
        var texts = 0;
        foreach (var part in content.EnumerateArray())
        {
            var isText = IsText(part, out _);
            if (!isText || HasMore(part))
                others.Add(new OtherPart(part, texts, isText));
            texts += isText ? 1 : 0;
        }

        return others;
    }

    private static bool IsText(JsonElement part, out JsonElement text)
    {
        text = default;
        return part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            && type.ValueEquals("text"u8) && part.TryGetProperty("text", out text);
    }

    /// <summary>Whether something stands beside a text part's type and text.</summary>
    internal static bool HasMore(JsonElement part) => part.GetPropertyCount() > 2;

    /// <summary>Takes the last of the messages apart, where it is the user's.</summary>
    /// <param name="list">At least one message.</param>
    /// <param name="otherParts">Parts of the last one that are not text alone.</param>
    internal static (PromptSegments Segments, byte[] ContextDigest) Segment(List<ChatMessage> list, IReadOnlyList<OtherPart> otherParts)
    {
        using var hash = new CanonicalHash();
        if (!list[^1].IsUser)
            return (PromptSegments.None, hash.Current());

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
            part.AppendTo(hash);

        return (PromptSegments.Join(list.Count - 1, parts), hash.Current());
    }

    private static byte[] Isolate(JsonElement root, JsonElement messages, PromptSegments segments, string model)
    {
        using var hash = new CanonicalHash();
        CanonicalJson.AppendText(hash, 'm', model);
        CanonicalJson.Append(hash, root, NotIsolating.Contains);
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            // Of the last user turn only the content is set apart; a name, say, still isolates.
            if (index++ == segments.MessageIndex)
                CanonicalJson.Append(hash, message, static p => p.NameEquals("content"u8));
            else
                CanonicalJson.Append(hash, message);
        }

        return hash.Current();
    }
}
