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
    private static readonly PropertyNames NotIsolating = new(
        "stream", "stream_options", "service_tier", "prompt_cache_retention", "input");

    // An answer of this form says them again: they are its asker's own.
    private static readonly PropertyNames SaidAgain = new("user", "safety_identifier", "metadata", "prompt_cache_key");

    private static readonly HashSet<string> MustBeUnique = new(StringComparer.Ordinal) { "model", "service_tier", "input", "instructions", "stream", "stream_options", "max_output_tokens", "previous_response_id", "conversation", "prompt", "tools", "models", "fallbacks", "background", "context_management" };

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
            || (wrong = fields.ReadStream(out var stream)) is not null)
            return wrong;
        if (fields.IsSet("background") && !stream)
        {
            // Its answer is fetched by id, which is not served, and nothing would ever say what it cost.
            return new RequestProblem(
                "A response in the background is served as a stream only: send stream: true, or leave background out.", "background", "unsupported_parameter");
        }

        var messages = new List<ChatMessage>();
        if (fields.TryGet("instructions", out var instructions) && instructions.ValueKind == JsonValueKind.String)
            messages.Add(new ChatMessage("system", [RequestFields.TextOf(fields.Body, instructions)], false, false));
        var otherParts = new List<OtherPart>();
        JsonElement? lastItem = null;
        var hasInput = fields.TryGet("input", out var input);
        switch (hasInput ? input.ValueKind : JsonValueKind.Undefined)
        {
            case JsonValueKind.String:
                messages.Add(new ChatMessage("user", [RequestFields.TextOf(fields.Body, input)], false, false));
                break;
            case JsonValueKind.Array:
                foreach (var item in input.EnumerateArray())
                {
                    otherParts.Clear();
                    if (ReadItem(fields.Body, item, otherParts) is not { } message)
                        return RequestFields.Wrong("input", "a string or an array of items, each with texts that are strings");
                    messages.Add(message);
                    lastItem = item;
                }

                break;
            case JsonValueKind.Undefined or JsonValueKind.Null:
                // A stored prompt may bring its own input: passed on, never cached.
                break;
            default:
                return RequestFields.Wrong("input", "a string or an array of items");
        }

        var (segments, contextDigest) = messages.Count > 0 && hasInput && input.ValueKind is JsonValueKind.String or JsonValueKind.Array
            ? ChatRequestReader.Segment(messages, otherParts)
            : (PromptSegments.None, SHA256.HashData([]));
        var continues = fields.IsSet("previous_response_id") || fields.IsSet("conversation") || fields.IsSet("prompt");
        request = new ChatRequest
        {
            Form = WireForm.Responses,
            Body = fields.Body,
            Model = model,
            OtherModels = otherModels,
            ModelToken = modelToken,
            Stream = stream,
            // A stream of this form always ends with its usage.
            IncludeUsage = true,
            StreamOptionsToken = null,
            IncludeUsageToken = null,
            Messages = messages,
            Choices = 1,
            Tier = fields.Tier,
            MaxCompletionTokens = fields.Int32("max_output_tokens"),
            HasTools = fields.HasItems("tools"),
            HasOtherParts = messages.Exists(static m => m.HasOtherParts),
            WantsJson = fields.TryGetObject("text", out var text) && text.TryGetProperty("format", out var format)
                && format.ValueKind == JsonValueKind.Object && ChatRequestReader.IsJsonFormat(format),
            MayBeShortened = fields.IsSet("context_management"),
            ContinuesElsewhere = continues,
            PointsElsewhere = continues || HasProvidersTools(fields),
            SetsReasoning = fields.TryGetObject("reasoning", out var reasoning) && reasoning.EnumerateObject().Any(static p => p.Value.ValueKind != JsonValueKind.Null),
            IsBackground = fields.IsSet("background"),
            Segments = segments,
            IsolationDigest = Isolate(fields.Root, input, hasInput, lastItem, segments, model),
            ContextDigest = contextDigest,
            // What runs in the background, belongs to a conversation that the provider keeps, or takes its input from a stored prompt is not the same twice.
            IsRepeatable = segments.MessageIndex >= 0 && !fields.IsSet("background") && !fields.IsSet("conversation") && !fields.IsSet("prompt"),
            // Answers of this form are kept by default, and continued by id.
            IsProviderBound = !(fields.TryGet("store", out var store) && store.ValueKind == JsonValueKind.False)
                || continues || fields.IsSet("background")
                || messages.Exists(static m => m.Role == "item_reference") || ProviderFiles.AreNamedIn(fields.Body.Span, fields.Root),
        };
        return null;
    }

    // Null where it is none.
    private static ChatMessage? ReadItem(ReadOnlyMemory<byte> body, JsonElement item, List<OtherPart> otherParts)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return null;
        var type = item.TryGetProperty("type", out var typed) && typed.ValueKind == JsonValueKind.String ? typed.GetString()! : "message";
        if (type != "message" || !item.TryGetProperty("role", out var role) || role.ValueKind != JsonValueKind.String || !item.TryGetProperty("content", out var content))
        {
            // A call, its output, a reference: no text of a person, and whatever comes next is inside a tool's loop.
            otherParts.Add(new OtherPart(item, 0));
            var isCall = type.EndsWith("_call", StringComparison.Ordinal);
            return new ChatMessage(isCall ? "assistant" : type.EndsWith("_output", StringComparison.Ordinal) ? "tool" : type, [], true, isCall, IsOfOwnFunction(item, type));
        }

        var parts = new List<TextPart>(1);
        if (content.ValueKind == JsonValueKind.String)
        {
            parts.Add(RequestFields.TextOf(body, content));
            return new ChatMessage(role.GetString()!, parts, false, false);
        }

        if (content.ValueKind != JsonValueKind.Array)
            return null;
        var isPlain = true;
        foreach (var part in content.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var kind) && kind.ValueKind == JsonValueKind.String
                && kind.GetString() is "input_text" or "output_text" && part.TryGetProperty("text", out var text))
            {
                if (text.ValueKind != JsonValueKind.String)
                    return null;
                if (ChatRequestReader.HasMore(part))
                    otherParts.Add(new OtherPart(part, parts.Count, IsText: true));
                parts.Add(RequestFields.TextOf(body, text));
            }
            else
            {
                isPlain = false;
                otherParts.Add(new OtherPart(part, parts.Count));
            }
        }

        return new ChatMessage(role.GetString()!, parts, !isPlain, false);
    }

    private static bool IsOfOwnFunction(JsonElement item, string type) => type is "function_call" or "custom_tool_call"
        || (type is "function_call_output" or "custom_tool_call_output" && item.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.String);

    // Tools that the provider runs bring what they find into the prompt.
    private static bool HasProvidersTools(RequestFields fields) => fields.IsSet("tools") && !(fields.TryGet("tools", out var tools) && tools.ValueKind == JsonValueKind.Array && tools.EnumerateArray().All(
        static t => t.ValueKind == JsonValueKind.Object && t.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && (type.ValueEquals("function"u8) || type.ValueEquals("custom"u8))));

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.String => value.ValueEquals(ReadOnlySpan<byte>.Empty),
        JsonValueKind.Object => value.GetPropertyCount() == 0,
        _ => false,
    };

    private static byte[] Isolate(JsonElement root, JsonElement input, bool hasInput, JsonElement? lastItem, PromptSegments segments, string model)
    {
        using var hash = new CanonicalHash();
        CanonicalJson.AppendText(hash, 'F', "responses");
        CanonicalJson.AppendText(hash, 'm', model);
        CanonicalJson.Append(hash, root, static p => NotIsolating.Contains(p) || (SaidAgain.Contains(p) && IsEmpty(p.Value)));
        if (!hasInput || (input.ValueKind == JsonValueKind.String && segments.MessageIndex >= 0))
            return hash.Current();
        if (input.ValueKind != JsonValueKind.Array)
        {
            CanonicalJson.Append(hash, input);
            return hash.Current();
        }

        var index = 0;
        var last = input.GetArrayLength() - 1;
        foreach (var item in input.EnumerateArray())
        {
            // Of the last user turn only the content is set apart.
            if (index++ == last && segments.MessageIndex >= 0)
                CanonicalJson.Append(hash, lastItem!.Value, static p => p.NameEquals("content"u8));
            else
                CanonicalJson.Append(hash, item);
        }

        return hash.Current();
    }
}
