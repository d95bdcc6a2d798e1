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
    private static readonly PropertyNames NotIsolating = new("stream", "stream_options", "user", "prompt");

    private static readonly HashSet<string> MustBeUnique = new(StringComparer.Ordinal) { "model", "models", "fallbacks", "service_tier", "prompt", "stream", "stream_options", "n", "best_of", "max_tokens" };

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
            || (wrong = fields.ReadChoices(out var choices)) is not null)
            return wrong;
        // Each of them is billed, so what a server might read as a number must not be read as none here.
        var bestOf = 1;
        if (fields.TryGet("best_of", out var best) && best.ValueKind != JsonValueKind.Null
            && !(best.ValueKind == JsonValueKind.Number && best.TryGetInt32(out bestOf) && bestOf >= 0))
            return RequestFields.Wrong("best_of", "a positive integer");
        if (RouteAliases.Parse(model) != RouteAlias.None)
            return new RequestProblem($"'{model}' chooses among chat models; name the completions model that is meant.", "model", "model_not_supported");
        if (!fields.TryGet("prompt", out var prompt))
            return RequestFields.Missing("prompt");
        var texts = new List<TextPart>(1);
        var tokens = 0;
        if (!ReadPrompt(fields.Body, prompt, texts, ref tokens))
            return RequestFields.Wrong("prompt", "a string, an array of strings, or tokens");

        var prompts = prompt.ValueKind == JsonValueKind.Array && prompt[0].ValueKind != JsonValueKind.Number ? prompt.GetArrayLength() : 1L;
        request = new ChatRequest
        {
            Form = WireForm.Completions,
            IsMatchable = false,
            Body = fields.Body,
            Model = model,
            OtherModels = otherModels,
            ModelToken = modelToken,
            Stream = stream,
            IncludeUsage = options.IncludeUsage,
            StreamOptionsToken = options.Token,
            IncludeUsageToken = options.IncludeUsageToken,
            Messages = [new ChatMessage("user", texts, tokens > 0, false)],
            TokensSent = tokens,
            Choices = choices,
            AnswersWritten = prompts * Math.Max(choices, bestOf),
            Tier = fields.Tier,
            MaxCompletionTokens = fields.Int32("max_tokens"),
            HasTools = false,
            HasOtherParts = false,
            WantsJson = false,
            // The spelling of a list of prompts counts: another one is a miss, at most.
            Segments = new PromptSegments(0, prompt.ValueKind == JsonValueKind.String ? texts[0].Text : prompt.GetRawText(), []),
            IsolationDigest = Isolate(fields.Root, prompt, model),
            ContextDigest = SHA256.HashData([]),
        };
        return null;
    }

    private static bool ReadPrompt(ReadOnlyMemory<byte> body, JsonElement prompt, List<TextPart> texts, ref int tokens)
    {
        switch (prompt.ValueKind)
        {
            case JsonValueKind.String:
                texts.Add(RequestFields.TextOf(body, prompt));
                return true;
            // The provider begins a new document.
            case JsonValueKind.Null:
                return true;
            case JsonValueKind.Array when prompt.GetArrayLength() > 0:
                foreach (var item in prompt.EnumerateArray())
                {
                    switch (item.ValueKind)
                    {
                        case JsonValueKind.String: texts.Add(RequestFields.TextOf(body, item)); break;
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
        using var hash = new CanonicalHash();
        CanonicalJson.AppendText(hash, 'F', "completions");
        CanonicalJson.AppendText(hash, 'm', model);
        // A text that looks like a list of prompts is none.
        CanonicalJson.AppendFrame(hash, 'p', (int)prompt.ValueKind);
        CanonicalJson.Append(hash, root, NotIsolating.Contains);
        return hash.Current();
    }
}
