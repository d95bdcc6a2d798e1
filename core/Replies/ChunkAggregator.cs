using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Replies;

/// <inheritdoc cref="IStreamAggregator"/>
/// <remarks>Of chat and text completions, whose streams are chunks of choices and end with a marker.</remarks>
public abstract class ChunkAggregator : IStreamAggregator
{
    private const int ShortText = 128;

    private readonly string _kind;
    private readonly SortedDictionary<int, Choice> _choices = [];
    private readonly ProviderFields _others = new();
    private string? _fingerprint;
    private string? _serviceTier;
    private byte[]? _usage;
    private TokenUsage? _counted;
    private bool _isBehind;
    private bool _plainText = true;
    private bool _unreadable;

    /// <param name="kind">The plain answer's <c>object</c>.</param>
    private protected ChunkAggregator(string kind) => _kind = kind;

    public TokenUsage? Usage => _isBehind ? null : _counted;

    public TokenUsage? PromptUsage => _counted;

    public ServiceTier? Tier => ServiceTierName.Read(_serviceTier);

    public string? Model { get; private set; }

    /// <summary>Whether the end marker came.</summary>
    public bool IsDone { get; private set; }

    public int EndedChoices => _choices.Values.Count(static c => c.FinishReason is not null);

    public bool HasFailed { get; private set; }

    public string Text => string.Concat(_choices.Values.Select(static c => c.Text.ToString()));

    public string Written => string.Concat(_choices.Values.Select(static c => c.Text.ToString() + c.Rest));

    /// <summary>Clean end, <c>stop</c> in every choice, text only, and no more of the provider's own fields than are kept.</summary>
    public bool IsCacheable => IsDone && !HasFailed && !_unreadable && _plainText && !_others.IsIncomplete && _choices.Count > 0
        && _choices.Values.All(static c => c.FinishReason == "stop" && c.Text.Length > 0);

    /// <summary>Reads one event's data.</summary>
    /// <returns>True where the event is a chunk that carries usage and no choices.</returns>
    public bool Add(ReadOnlyMemory<byte> data)
    {
        if (data.Span.SequenceEqual("[DONE]"u8))
        {
            IsDone = true;
            return false;
        }

        return !data.IsEmpty && !TryAddPlain(data.Span) && AddDocument(data);
    }

    /// <summary>As <see cref="Add"/>, of any event's data but the end marker.</summary>
    internal bool AddDocument(ReadOnlyMemory<byte> data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                _unreadable = true;
                return false;
            }

            _serviceTier ??= CompletionFacts.StringOf(root, "service_tier");
            var usage = UsageReader.Read(root);
            if (usage is not null)
            {
                _counted = usage.Value with { Tier = usage.Value.Tier ?? Tier };
                _isBehind = false;
                _usage = Encoding.UTF8.GetBytes(root.GetProperty("usage").GetRawText());
            }

            if (root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
            {
                HasFailed = true;
                return false;
            }

            Model ??= CompletionFacts.StringOf(root, "model") is { Length: > 0 } model ? model : null;
            _fingerprint ??= CompletionFacts.StringOf(root, "system_fingerprint");
            _others.Add(root);
            if (!root.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array)
                return false;
            foreach (var choice in choices.EnumerateArray())
                _isBehind |= AddChoice(choice) && usage is null;
            return usage is not null && choices.GetArrayLength() == 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            _unreadable = true;
            return false;
        }
    }

    /// <summary>The plain completion that the stream amounts to; call it only where <see cref="IsCacheable"/>.</summary>
    public byte[] ToPlain(string id, long created)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("object", _kind);
            json.WriteNumber("created", created);
            json.WriteString("model", Model);
            json.WriteStartArray("choices");
            foreach (var (index, choice) in _choices)
            {
                json.WriteStartObject();
                json.WriteNumber("index", index);
                WriteText(json, choice.Text.ToString());
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

            if (_serviceTier is not null)
                json.WriteString("service_tier", _serviceTier);
            if (_fingerprint is not null)
                json.WriteString("system_fingerprint", _fingerprint);
            _others.WriteTo(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whether a chunk of this kind may be read as a <see cref="PlainChunk"/>.</summary>
    private protected virtual bool ReadsPlainChunks => false;

    /// <summary>Adds a chunk's text to its choice's, and what else is billed to the rest.</summary>
    /// <returns>Whether the chunk holds text alone, which can be given again.</returns>
    private protected abstract bool AddText(JsonElement choice, StringBuilder text, StringBuilder rest);

    /// <summary>Writes a choice's text as the plain answer has it.</summary>
    private protected abstract void WriteText(Utf8JsonWriter json, string text);

    // The first chunk names the model, and is read whole.
    private bool TryAddPlain(ReadOnlySpan<byte> data)
    {
        if (!ReadsPlainChunks || Model is null)
            return false;
        var chunk = new PlainChunk(stackalloc char[PlainChunk.LongestText], stackalloc PlainChunk.Field[PlainChunk.MostFields]);
        if (!chunk.TryRead(data, seeksFingerprint: _fingerprint is null, seeksTier: _serviceTier is null))
            return false;
        foreach (var field in chunk.Fields)
            _others.Set(data.Slice(field.NameStart, field.NameLength), data.Slice(field.ValueStart, field.ValueLength));
        ChoiceOf(chunk.Index).Text.Append(chunk.Text);
        _isBehind |= chunk.Text.Length > 0;
        return true;
    }

    private Choice ChoiceOf(int index)
    {
        if (!_choices.TryGetValue(index, out var choice))
            _choices[index] = choice = new Choice();
        return choice;
    }

    // Whether it brought anything that is billed.
    private bool AddChoice(JsonElement element)
    {
        var choice = ChoiceOf(element.TryGetProperty("index", out var value) && value.TryGetInt32(out var given) ? given : 0);
        var before = choice.Text.Length + choice.Rest.Length;
        _plainText &= AddText(element, choice.Text, choice.Rest);
        choice.FinishReason = CompletionFacts.StringOf(element, "finish_reason") ?? choice.FinishReason;
        return choice.Text.Length + choice.Rest.Length > before;
    }

    /// <summary>Appends a JSON string. A token is short, and mostly written as it is: then no text of its own is made of it.</summary>
    private protected static void Append(StringBuilder text, JsonElement content)
    {
        var raw = JsonMarshal.GetRawUtf8Value(content)[1..^1];
        Span<char> characters = stackalloc char[ShortText];
        if (raw.Length <= ShortText && !raw.Contains((byte)'\\') && Utf8.ToUtf16(raw, characters, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done)
            text.Append(characters[..written]);
        else
            text.Append(content.GetString());
    }

    private sealed class Choice
    {
        public StringBuilder Text { get; } = new();

        public StringBuilder Rest { get; } = new();

        public string? FinishReason { get; set; }
    }
}
