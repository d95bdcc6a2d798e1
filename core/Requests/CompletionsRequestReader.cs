using System.Security.Cryptography;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Routing;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// Reads a legacy text completion body. A prompt is a text to be gone on with, not a question: it is never matched by meaning, shortened or
/// routed, only answered again where the very same was asked.
/// </summary>
public static class CompletionsRequestReader
{
    private static readonly HashSet<string> NotIsolating = new(StringComparer.Ordinal) { "stream", "stream_options", "user", "prompt" };

    private static readonly HashSet<string> MustBeUnique = new(StringComparer.Ordinal) { "model", "service_tier", "prompt", "stream", "stream_options", "n", "best_of", "max_tokens" };

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
        if (RouteAliases.Parse(name) != RouteAlias.None)
            return new RequestProblem($"'{name}' chooses among chat models; name the completions model that is meant.", "model", "model_not_supported");
        if (seen.TryGetValue("stream", out var stream) && stream.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
            return ChatRequestReader.Wrong("stream", "a boolean");
        var hasOptions = seen.TryGetValue("stream_options", out var options);
        if (hasOptions && options.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            return ChatRequestReader.Wrong("stream_options", "an object");
        var choices = 1;
        if (seen.TryGetValue("n", out var n) && n.ValueKind != JsonValueKind.Null && (n.ValueKind != JsonValueKind.Number || !n.TryGetInt32(out choices) || choices < 1))
            return ChatRequestReader.Wrong("n", "a positive integer");
        if (!seen.TryGetValue("prompt", out var prompt))
            return new RequestProblem("You must provide a prompt parameter.", "prompt", "missing_required_parameter");
        var texts = new List<TextPart>(1);
        var tokens = 0;
        if (!ReadPrompt(body, prompt, texts, ref tokens))
            return ChatRequestReader.Wrong("prompt", "a string, an array of strings, or tokens");

        var prompts = prompt.ValueKind == JsonValueKind.Array && prompt[0].ValueKind != JsonValueKind.Number ? prompt.GetArrayLength() : 1L;
        JsonElement usage = default;
        var hasUsage = hasOptions && options.ValueKind == JsonValueKind.Object && options.TryGetProperty("include_usage", out usage);
        request = new ChatRequest
        {
            Form = WireForm.Completions,
            IsMatchable = false,
            Body = body,
            Model = name,
            ModelToken = hasModel ? ChatRequestReader.SpanOf(body, model) : null,
            Stream = stream.ValueKind == JsonValueKind.True,
            IncludeUsage = hasUsage && usage.ValueKind == JsonValueKind.True,
            StreamOptionsToken = hasOptions ? ChatRequestReader.SpanOf(body, options) : null,
            IncludeUsageToken = hasUsage ? ChatRequestReader.SpanOf(body, usage) : null,
            Messages = [new ChatMessage("user", texts, tokens > 0, false)],
            TokensSent = tokens,
            Choices = choices,
            AnswersWritten = prompts * Math.Max(choices, seen.TryGetValue("best_of", out var best) && best.ValueKind == JsonValueKind.Number && best.TryGetInt32(out var bestOf) ? bestOf : 1L),
            Tier = ServiceTierName.Of(root),
            MaxCompletionTokens = seen.TryGetValue("max_tokens", out var limit) && limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var most) ? most : null,
            HasTools = false,
            HasOtherParts = false,
            WantsJson = false,
            // The spelling of a list of prompts counts: another one is a miss, at most.
            Segments = new PromptSegments(0, prompt.ValueKind == JsonValueKind.String ? texts[0].Text : prompt.GetRawText(), []),
            IsolationDigest = Isolate(root, prompt, name),
            ContextDigest = SHA256.HashData([]),
        };
        return null;
    }

    private static bool ReadPrompt(ReadOnlyMemory<byte> body, JsonElement prompt, List<TextPart> texts, ref int tokens)
    {
        switch (prompt.ValueKind)
        {
            case JsonValueKind.String:
                texts.Add(new TextPart(ChatRequestReader.SpanOf(body, prompt), prompt.GetString()!));
                return true;
            // The provider begins a new document.
            case JsonValueKind.Null:
                return true;
            case JsonValueKind.Array when prompt.GetArrayLength() > 0:
                foreach (var item in prompt.EnumerateArray())
                {
                    switch (item.ValueKind)
                    {
                        case JsonValueKind.String: texts.Add(new TextPart(ChatRequestReader.SpanOf(body, item), item.GetString()!)); break;
                        case JsonValueKind.Number: tokens++; break;
                        case JsonValueKind.Array when item.GetArrayLength() > 0 && item.EnumerateArray().All(static t => t.ValueKind == JsonValueKind.Number):
                            tokens += item.GetArrayLength();
                            break;
                        default: return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }

    private static byte[] Isolate(JsonElement root, JsonElement prompt, string model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        CanonicalJson.AppendText(hash, 'F', "completions");
        CanonicalJson.AppendText(hash, 'm', model);
        // A text that looks like a list of prompts is none.
        CanonicalJson.AppendFrame(hash, 'p', (int)prompt.ValueKind);
        CanonicalJson.Append(hash, root, NotIsolating.Contains);
        return hash.GetHashAndReset();
    }
}
