using System.Buffers;
using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Replies;

/// <inheritdoc cref="IStreamAggregator"/>
/// <remarks>Of a legacy text completion.</remarks>
public sealed class CompletionsAggregator : IStreamAggregator
{
    private readonly SortedDictionary<int, Choice> _choices = [];
    private string? _fingerprint;
    private byte[]? _usage;
    private bool _plainText = true;
    private bool _failed;

    public TokenUsage? Usage { get; private set; }

    public string? Model { get; private set; }

    public bool IsDone { get; private set; }

    public string Text => string.Concat(_choices.Values.Select(static c => c.Text.ToString()));

    public bool IsCacheable => IsDone && !_failed && _plainText && _choices.Count > 0
        && _choices.Values.All(static c => c.FinishReason == "stop" && c.Text.Length > 0);

    public bool Add(ReadOnlyMemory<byte> data)
    {
        if (data.Span.SequenceEqual("[DONE]"u8))
        {
            IsDone = true;
            return false;
        }

        if (data.IsEmpty)
            return false;
        try
        {
            using var document = JsonDocument.Parse(data);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.TryGetProperty("error", out _))
            {
                _failed = true;
                return false;
            }

            Model ??= CompletionFacts.StringOf(root, "model") is { Length: > 0 } model ? model : null;
            _fingerprint ??= CompletionFacts.StringOf(root, "system_fingerprint");
            var usage = UsageReader.Read(root);
            if (usage is not null)
            {
                Usage = usage;
                _usage = Encoding.UTF8.GetBytes(root.GetProperty("usage").GetRawText());
            }

            if (!root.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array)
                return false;
            foreach (var choice in choices.EnumerateArray())
                AddChoice(choice);
            return usage is not null && choices.GetArrayLength() == 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            _failed = true;
            return false;
        }
    }

    public byte[] ToPlain(string id, long created)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("object", CompletionText.Kind);
            json.WriteNumber("created", created);
            json.WriteString("model", Model);
            if (_fingerprint is not null)
                json.WriteString("system_fingerprint", _fingerprint);
            json.WriteStartArray("choices");
            foreach (var (index, choice) in _choices)
            {
                json.WriteStartObject();
                json.WriteString("text", choice.Text.ToString());
                json.WriteNumber("index", index);
                json.WriteNull("logprobs");
                json.WriteString("finish_reason", choice.FinishReason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (_usage is not null)
            {
                json.WritePropertyName("usage");
                json.WriteRawValue(_usage);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void AddChoice(JsonElement element)
    {
        var index = element.TryGetProperty("index", out var value) && value.TryGetInt32(out var given) ? given : 0;
        if (!_choices.TryGetValue(index, out var choice))
            _choices[index] = choice = new Choice();
        _plainText &= CompletionText.IsPlain(element);
        choice.Text.Append(CompletionFacts.StringOf(element, "text"));
        choice.FinishReason = CompletionFacts.StringOf(element, "finish_reason") ?? choice.FinishReason;
    }

    private sealed class Choice
    {
        public StringBuilder Text { get; } = new();

        public string? FinishReason { get; set; }
    }
}
