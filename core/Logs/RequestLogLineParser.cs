using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Logs;

/// <summary>One line of the log to a request or a problem; never throws for what a line may hold.</summary>
public static class RequestLogLineParser
{
    private const string Timestamp = "timestamp";
    private const string Response = "response";
    private const string Usage = "usage";
    private static readonly JsonWriterOptions Verbatim = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static RequestLogLine Parse(ReadOnlyMemory<byte> line, int number)
    {
        if (!Utf8.IsValid(line.Span))
            return RequestLogLine.Malformed(number, "the line is not valid UTF-8");
        try
        {
            using var document = JsonDocument.Parse(line);
            return Read(document.RootElement, line, number);
        }
        catch (JsonException e)
        {
            return RequestLogLine.Malformed(number, $"the line is not valid JSON (at byte {e.BytePositionInLine ?? 0})");
        }
        catch (InvalidOperationException)
        {
            // What is valid JSON and yet no text: an escaped lone surrogate, for instance.
            return RequestLogLine.Malformed(number, "a text holds an invalid escape");
        }
    }

    private static RequestLogLine Read(JsonElement root, ReadOnlyMemory<byte> line, int number)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return RequestLogLine.Malformed(number, "a JSON object is expected");
        var wrapped = root.TryGetProperty("request", out var body);
        if (!wrapped)
            body = root;
        if (body.ValueKind != JsonValueKind.Object)
            return RequestLogLine.Malformed(number, "'request' must be an object");
        if (!body.TryGetProperty("model", out var model) || model.ValueKind != JsonValueKind.String || model.ValueEquals(""u8))
            return RequestLogLine.Malformed(number, "'model' must be a non-empty string");
        if (!body.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
            return RequestLogLine.Malformed(number, "'messages' must be a non-empty array");
        if (!TryReadTimestamp(root, out var timestamp))
            return RequestLogLine.Malformed(number, $"'{Timestamp}' must be an ISO 8601 text or Unix seconds");
        if (!TryReadAnswer(root, out var answer, out var responseUsage))
            return RequestLogLine.Malformed(number, $"'{Response}' must be a text or a chat.completion object");
        if (!TryReadUsage(root, out var usage) || (usage is null && !TryReadUsage(responseUsage, out usage)))
            return RequestLogLine.Malformed(number, $"'{Usage}' must be an object with whole, non-negative prompt_tokens and completion_tokens");
        var bytes = wrapped ? JsonRaw(body) : WithoutLogFields(root, line);
        return RequestLogLine.Request(new LoggedRequest(
            number, bytes, timestamp, answer, usage, responseUsage.ValueKind == JsonValueKind.Object ? JsonRaw(responseUsage) : (ReadOnlyMemory<byte>?)null));
    }

    private static ReadOnlyMemory<byte> JsonRaw(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Verbatim))
            writer.WriteRawValue(element.GetRawText(), skipInputValidation: true);
        return buffer.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> WithoutLogFields(JsonElement root, ReadOnlyMemory<byte> line)
    {
        if (!root.TryGetProperty(Timestamp, out _) && !root.TryGetProperty(Response, out _) && !root.TryGetProperty(Usage, out _))
            return line;
        var buffer = new ArrayBufferWriter<byte>(line.Length);
        using (var writer = new Utf8JsonWriter(buffer, Verbatim))
        {
            writer.WriteStartObject();
            foreach (var property in root.EnumerateObject())
            {
                if (property.Name is Timestamp or Response or Usage)
                    continue;
                writer.WritePropertyName(property.Name);
                writer.WriteRawValue(property.Value.GetRawText(), skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static bool TryReadTimestamp(JsonElement root, out DateTimeOffset? timestamp)
    {
        timestamp = null;
        if (!root.TryGetProperty(Timestamp, out var value) || value.ValueKind == JsonValueKind.Null)
            return true;
        if (value.ValueKind == JsonValueKind.Number)
        {
            // Bounds of DateTimeOffset.FromUnixTimeSeconds: years 1 to 9999.
            if (!value.TryGetDouble(out var seconds) || seconds is not (>= -62135596800 and < 253402300800))
                return false;
            timestamp = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
            return true;
        }

        if (value.ValueKind != JsonValueKind.String || !DateTimeOffset.TryParse(
                value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed))
            return false;
        timestamp = parsed;
        return true;
    }

    private static bool TryReadAnswer(JsonElement root, out string? answer, out JsonElement completion)
    {
        answer = null;
        completion = default;
        if (!root.TryGetProperty(Response, out var response) || response.ValueKind == JsonValueKind.Null)
            return true;
        if (response.ValueKind == JsonValueKind.String)
        {
            answer = response.GetString();
            return true;
        }

        if (response.ValueKind != JsonValueKind.Object || !response.TryGetProperty("choices", out var choices)
            || choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() == 0)
            return false;
        completion = response;
        var choice = choices[0];
        if (choice.ValueKind != JsonValueKind.Object || !choice.TryGetProperty("message", out var message)
            || message.ValueKind != JsonValueKind.Object)
            return false;
        if (!message.TryGetProperty("content", out var content) || content.ValueKind == JsonValueKind.Null)
            return true; // tool calls carry no text
        if (content.ValueKind != JsonValueKind.String)
            return false;
        answer = content.GetString();
        return true;
    }

    private static bool TryReadUsage(JsonElement owner, out TokenUsage? usage)
    {
        usage = null;
        if (owner.ValueKind != JsonValueKind.Object || !owner.TryGetProperty(Usage, out var value) || value.ValueKind == JsonValueKind.Null)
            return true;
        if (value.ValueKind != JsonValueKind.Object
            || !TryReadCount(value, "prompt_tokens", out var prompt) || prompt is null
            || !TryReadCount(value, "completion_tokens", out var completion) || completion is null
            || !TryReadDetail(value, "prompt_tokens_details", "cached_tokens", out var cached)
            || !TryReadDetail(value, "prompt_tokens_details", "cache_write_tokens", out var written)
            || !TryReadDetail(value, "completion_tokens_details", "reasoning_tokens", out var reasoning))
            return false;
        usage = new TokenUsage(prompt.Value, completion.Value, cached, written, reasoning);
        return true;
    }

    private static bool TryReadDetail(JsonElement usage, string group, string name, out int tokens)
    {
        tokens = 0;
        if (!usage.TryGetProperty(group, out var details) || details.ValueKind != JsonValueKind.Object)
            return true;
        if (!TryReadCount(details, name, out var count))
            return false;
        tokens = count ?? 0;
        return true;
    }

    private static bool TryReadCount(JsonElement owner, string name, out int? tokens)
    {
        tokens = null;
        if (!owner.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return true;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var count) || count < 0)
            return false;
        tokens = count;
        return true;
    }
}
