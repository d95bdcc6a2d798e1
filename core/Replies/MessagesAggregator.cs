using System.Buffers;
using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Replies;

/// <inheritdoc cref="IStreamAggregator"/>
/// <remarks>Of Anthropic's form: a message begins, its blocks come one after the other, its end brings the reason and the counts.</remarks>
public sealed class MessagesAggregator : IStreamAggregator
{
    private readonly SortedDictionary<int, Block> _blocks = [];
    private JsonElement? _message;
    private JsonElement? _delta;
    private JsonElement? _endUsage;
    private bool _isCounted;
    private bool _unreadable;

    public TokenUsage? Usage => _isCounted && _message is not null ? UsageReader.ReadMessages(Whole()) : null;

    public TokenUsage? PromptUsage => _message is { } message ? UsageReader.ReadMessagesPrompt(message) : null;

    public string? Model => _message is { } message ? CompletionFacts.StringOf(message, "model") : null;

    public bool IsDone { get; private set; }

    public bool HasFailed { get; private set; }

    public string Text => string.Concat(_blocks.Values.Where(static b => b.IsText).Select(static b => b.Written.ToString()));

    public string Written => string.Concat(_blocks.Values.Select(static b => b.Written.ToString()));

    public bool IsCacheable => IsDone && !HasFailed && !_unreadable && _message is not null && _endUsage is not null && _blocks.Values.All(static b => b.IsPlainText) && MessagesFacts.Read(Whole()).IsCacheable;

    public bool Add(ReadOnlyMemory<byte> data)
    {
        if (!data.IsEmpty && !TryAddText(data.Span))
            AddDocument(data);
        return false;
    }

    /// <summary>As <see cref="Add"/>.</summary>
    internal void AddDocument(ReadOnlyMemory<byte> data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            var root = document.RootElement;
            switch (root.ValueKind == JsonValueKind.Object ? CompletionFacts.StringOf(root, "type") : null)
            {
                case "message_start" when root.TryGetProperty("message", out var message) && MessagesFacts.Is(message):
                    _message = message.Clone();
                    break;
                case "content_block_start" when root.TryGetProperty("content_block", out var block) && block.ValueKind == JsonValueKind.Object:
                    _blocks[IndexOf(root)] = new Block(block.Clone());
                    break;
                case "content_block_delta" when root.TryGetProperty("delta", out var delta) && delta.ValueKind == JsonValueKind.Object && _blocks.TryGetValue(IndexOf(root), out var open):
                    open.Add(delta);
                    _isCounted = false;
                    break;
                case "message_delta":
                    _delta = root.TryGetProperty("delta", out var end) && end.ValueKind == JsonValueKind.Object ? end.Clone() : _delta;
                    _endUsage = root.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object ? usage.Clone() : _endUsage;
                    // Of what was written so far.
                    _isCounted = _endUsage is { } counts && UsageReader.CountsTheAnswer(counts);
                    break;
                case "message_stop":
                    IsDone = true;
                    break;
                case "content_block_stop" or "ping":
                    break;
                case "error":
                    HasFailed = true;
                    IsDone = true;
                    break;
                default:
                    // Passed on; what is not known here cannot be given again.
                    _unreadable = true;
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            _unreadable = true;
        }
    }

    public byte[] ToPlain(string id, long created) => PlainReplay.Replace(Encoding.UTF8.GetBytes(Whole().GetRawText()), ("id", JsonSerializer.SerializeToUtf8Bytes(id)));

    private bool TryAddText(ReadOnlySpan<byte> data)
    {
        var delta = new TextDelta(stackalloc char[TextDelta.LongestText]);
        if (!delta.TryReadMessages(data) || !_blocks.TryGetValue(delta.Index, out var block))
            return false;
        block.Written.Append(delta.Text);
        _isCounted = false;
        return true;
    }

    private static int IndexOf(JsonElement root) => root.TryGetProperty("index", out var index) && index.TryGetInt32(out var value) ? value : 0;

    // The message as it began, with what came after in its place.
    private JsonElement Whole()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ReplayEvent.Relaxed))
        {
            json.WriteStartObject();
            foreach (var property in _message!.Value.EnumerateObject())
            {
                if (property.NameEquals("content"))
                    WriteBlocks(json);
                else if (property.NameEquals("usage") && property.Value.ValueKind == JsonValueKind.Object && _endUsage is { } end)
                    WriteMerged(json, "usage", property.Value, end);
                else if (_delta is not { } delta || !delta.TryGetProperty(property.Name, out _))
                    property.WriteTo(json);
            }

            if (_delta is { } said)
            {
                foreach (var property in said.EnumerateObject())
                    property.WriteTo(json);
            }

            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private void WriteBlocks(Utf8JsonWriter json)
    {
        json.WriteStartArray("content");
        foreach (var block in _blocks.Values)
            block.WriteTo(json);
        json.WriteEndArray();
    }

    // The counts at the end are of the whole message, and not all are told twice.
    private static void WriteMerged(Utf8JsonWriter json, string name, JsonElement begin, JsonElement end)
    {
        json.WriteStartObject(name);
        foreach (var property in begin.EnumerateObject())
        {
            if (end.TryGetProperty(property.Name, out var later) && later.ValueKind != JsonValueKind.Null)
                continue;
            property.WriteTo(json);
        }

        foreach (var property in end.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null || !begin.TryGetProperty(property.Name, out _))
                property.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private sealed class Block(JsonElement start)
    {
        public StringBuilder Written { get; } = new(CompletionFacts.StringOf(start, "text"));

        public bool IsText { get; } = CompletionFacts.StringOf(start, "type") == "text";

        public bool IsPlainText { get; private set; } = CompletionFacts.StringOf(start, "type") == "text";

        public void Add(JsonElement delta)
        {
            var type = CompletionFacts.StringOf(delta, "type");
            IsPlainText &= type == "text_delta";
            Written.Append(type switch
            {
                "text_delta" => CompletionFacts.StringOf(delta, "text"),
                "thinking_delta" => CompletionFacts.StringOf(delta, "thinking"),
                "input_json_delta" => CompletionFacts.StringOf(delta, "partial_json"),
                _ => null,
            });
        }

        public void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            foreach (var property in start.EnumerateObject())
            {
                if (IsPlainText && property.NameEquals("text"))
                    json.WriteString("text", Written.ToString());
                else
                    property.WriteTo(json);
            }

            json.WriteEndObject();
        }
    }
}
