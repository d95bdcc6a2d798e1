using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Logs;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Routing;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Wire;

/// <summary>
/// Reads and writes the lines of an import. Three kinds are read: <c>{"question","answer"}</c> with optional <c>model</c>, <c>system</c>,
/// <c>tags</c>, <c>namespace</c>; a line of a request log (<see cref="RequestLog"/>) with its response; and what an export wrote.
/// </summary>
internal static class TransferLine
{
    private const string DefaultModel = "gpt-4o";
    private const int LongestName = 256;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a line into an answer to store, or says why it is none.</summary>
    /// <param name="line">UTF-8 JSON.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="policy">Of the tenant whose cache it is for.</param>
    /// <param name="now">The time.</param>
    /// <param name="longest">Most bytes of an answer.</param>
    /// <param name="problem">Why it is none; holds no part of it.</param>
    public static TransferredAnswer? Read(ReadOnlyMemory<byte> line, int number, TenantPolicy policy, DateTimeOffset now, int longest, out string? problem)
    {
        problem = null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                problem = "a JSON object is expected";
                return null;
            }

            if (root.TryGetProperty("partition", out _))
                return Exported(root, now, longest, out problem);
            if (root.TryGetProperty("question", out _))
                return Pair(root, policy, now, longest, out problem);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return Refuse("the line is not valid JSON", out problem);
        }
        catch (KeyNotFoundException)
        {
            return Refuse("'created_at', 'expires_at' and 'usage' must be there", out problem);
        }

        var logged = RequestLogLineParser.Parse(line, number);
        return logged.IsRequest ? Logged(logged.Record, policy, now, longest, out problem) : Refuse(logged.Problem.Message, out problem);
    }

    /// <summary>Writes an answer as a line, without the line's end.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="plain">Its body, unpacked.</param>
    public static byte[] Write(TransferredAnswer answer, byte[] plain)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("partition", answer.Partition);
            json.WriteString("fingerprint", answer.Fingerprint);
            json.WriteString("namespace", answer.Namespace);
            json.WriteString("question", answer.Question);
            json.WriteString("model", answer.Answer.Model);
            json.WriteString("created_at", answer.Answer.CreatedAt);
            json.WriteString("expires_at", answer.ExpiresAt);
            json.WriteStartArray("tags");
            foreach (var tag in answer.Answer.Tags)
                json.WriteStringValue(tag);
            json.WriteEndArray();
            var usage = answer.Answer.Usage;
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", usage.PromptTokens);
            json.WriteNumber("completion_tokens", usage.CompletionTokens);
            json.WriteNumber("cached_tokens", usage.CachedTokens);
            json.WriteNumber("cache_write_tokens", usage.CacheWriteTokens);
            json.WriteNumber("reasoning_tokens", usage.ReasoningTokens);
            json.WriteEndObject();
            // A string, so that its bytes come back as they are and an answer of several lines stays on one.
            json.WriteString("response", Encoding.UTF8.GetString(plain));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static TransferredAnswer? Exported(JsonElement root, DateTimeOffset now, int longest, out string? problem)
    {
        var partition = Text(root, "partition");
        var fingerprint = Text(root, "fingerprint");
        if (!IsHash(partition) || !IsHash(fingerprint))
            return Refuse("'partition' and 'fingerprint' must be 64 hexadecimal digits", out problem);
        if (Text(root, "question") is not { } question || Text(root, "model") is not { Length: > 0 and <= LongestName } model)
            return Refuse("'question' and 'model' must be texts", out problem);
        if (!root.GetProperty("created_at").TryGetDateTimeOffset(out var created) || !root.GetProperty("expires_at").TryGetDateTimeOffset(out var expires) || created > now.AddMinutes(5))
            return Refuse("'created_at' and 'expires_at' must be times", out problem);
        var body = Encoding.UTF8.GetBytes(Text(root, "response") ?? string.Empty);
        if (body.Length > longest || CompletionFacts.Read(body) is not { IsCacheable: true } facts)
            return Refuse("'response' must be the text of a chat completion that ended with 'stop' and holds text alone", out problem);
        if (AnswerSigns.Refuses(facts.Text))
            return Refuse("the answer was refused in words", out problem);
        if (!Labels(root, out var tags, out var cacheNamespace, out problem))
            return null;
        var usage = root.GetProperty("usage");
        return new TransferredAnswer
        {
            Partition = partition!,
            Fingerprint = fingerprint!,
            Question = question,
            Namespace = cacheNamespace,
            ExpiresAt = expires,
            Answer = new StoredAnswer
            {
                Body = AnswerCompression.Compress(body),
                Model = model,
                Usage = new StoredUsage(Count(usage, "prompt_tokens"), Count(usage, "completion_tokens"), Count(usage, "cached_tokens"), Count(usage, "cache_write_tokens"), Count(usage, "reasoning_tokens")),
                CreatedAt = created,
                Tags = tags,
            },
        };
    }

    private static TransferredAnswer? Pair(JsonElement root, TenantPolicy policy, DateTimeOffset now, int longest, out string? problem)
    {
        if (Text(root, "question") is not { Length: > 0 } question || Text(root, "answer") is not { Length: > 0 } answer)
            return Refuse("'question' and 'answer' must be texts", out problem);
        var model = root.TryGetProperty("model", out _) ? Text(root, "model") : DefaultModel;
        if (model is not { Length: > 0 and <= LongestName })
            return Refuse("'model' must be a text", out problem);
        if (!Labels(root, out var tags, out var cacheNamespace, out problem))
            return null;
        var messages = new List<object>();
        if (Text(root, "system") is { Length: > 0 } system)
            messages.Add(new { role = "system", content = system });
        messages.Add(new { role = "user", content = question });
        return Stored(JsonSerializer.SerializeToUtf8Bytes(new { model, messages }), answer, null, null, now, tags, cacheNamespace, policy, now, longest, out problem);
    }

    private static TransferredAnswer? Logged(LoggedRequest logged, TenantPolicy policy, DateTimeOffset now, int longest, out string? problem)
    {
        if (logged.Answer is not { Length: > 0 } answer)
            return Refuse("there is no answer", out problem);
        if (AnswerSigns.Refuses(answer) || (logged.Completion is { } completion && CompletionFacts.Read(completion) is not { IsCacheable: true }))
            return Refuse("the answer was cut off, refused or filtered, or holds more than text", out problem);
        var at = logged.Timestamp is { } timestamp && timestamp <= now ? timestamp : now;
        return Stored(logged.Body.ToArray(), answer, logged.Completion, logged.Usage, at, [], string.Empty, policy, now, longest, out problem);
    }

    private static TransferredAnswer? Stored(
        byte[] request, string answer, ReadOnlyMemory<byte>? completion, TokenUsage? usage, DateTimeOffset at, string[] tags, string cacheNamespace,
        TenantPolicy policy, DateTimeOffset now, int longest, out string? problem)
    {
        if (ChatRequestReader.Read(request, null, out var chat) is { } wrong)
            return Refuse(wrong.Message, out problem);
        if (chat!.Choices != 1)
            return Refuse("several choices were asked for, because they differ", out problem);
        if (JsonAnswer.Fails(chat, answer))
            return Refuse("the answer is not the JSON that was asked for", out problem);
        if (at + policy.CacheTimeToLive <= now)
            return Refuse("the answer is older than answers may be here", out problem);
        var id = "import-" + Guid.CreateVersion7().ToString("N");
        var admission = Admission.Of(id, policy, chat, request, null, new RequestControls { CacheNamespace = cacheNamespace, CacheTags = tags }, Caller.None);
        var tokenizer = ModelTokenizer.ForModel(chat.Model);
        var used = usage ?? new TokenUsage(PromptTokens.Count(tokenizer, chat), tokenizer.Count(answer));
        var body = completion?.ToArray() ?? PlainCompletion.Write("chatcmpl-" + id, at, chat.Model, answer, used);
        if (body.Length > longest)
            return Refuse(string.Create(CultureInfo.InvariantCulture, $"the answer is longer than {longest} bytes"), out problem);
        problem = null;
        return new TransferredAnswer
        {
            Partition = GatewayKey.PartitionOf(admission.GrainKey),
            Fingerprint = admission.Request.Fingerprint,
            Question = chat.Segments.Question,
            Namespace = cacheNamespace,
            ExpiresAt = at + policy.CacheTimeToLive,
            Answer = new StoredAnswer { Body = AnswerCompression.Compress(body), Model = chat.Model, Usage = StoredUsage.From(used), CreatedAt = at, Tags = tags },
        };
    }

    private static bool Labels(JsonElement root, out string[] tags, out string cacheNamespace, out string? problem)
    {
        tags = [];
        cacheNamespace = Text(root, "namespace") ?? string.Empty;
        problem = null;
        if (root.TryGetProperty("tags", out var list))
        {
            if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > ControlHeaders.MostTags || list.EnumerateArray().Any(t => t.ValueKind != JsonValueKind.String))
                return Refuse($"'tags' must be at most {ControlHeaders.MostTags} texts", out problem) is not null;
            tags = [.. list.EnumerateArray().Select(t => t.GetString()!)];
        }

        return Array.TrueForAll(tags, t => t.Length is > 0 and <= ControlHeaders.LongestNamespace) && cacheNamespace.Length <= ControlHeaders.LongestNamespace
            || Refuse($"tags and namespaces have at most {ControlHeaders.LongestNamespace} characters", out problem) is not null;
    }

    private static bool IsHash(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);

    private static string? Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Count(JsonElement usage, string name) =>
        usage.ValueKind == JsonValueKind.Object && usage.TryGetProperty(name, out var value) && value.TryGetInt32(out var count) ? Math.Max(0, count) : 0;

    private static TransferredAnswer? Refuse(string why, out string? problem)
    {
        problem = why;
        return null;
    }
}
