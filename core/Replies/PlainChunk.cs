using System.Text.Json;
using System.Text.Unicode;

namespace OrleansLlm.Core.Replies;

/// <summary>
/// A chunk of a chat stream as nearly all are: one choice, a piece of text or none, nothing that bears on what the answer cost, how it ended or whether
/// it may be given again. Read in one pass, without an object. Whatever is in any way else is not read, and for the document's reader to judge.
/// </summary>
/// <param name="text">Takes the text; of <see cref="LongestText"/>.</param>
/// <param name="fields">Takes where the provider's own fields are; of <see cref="MostFields"/>.</param>
internal ref struct PlainChunk(Span<char> text, Span<PlainChunk.Field> fields)
{
    /// <summary>Characters of the longest text that is read.</summary>
    public const int LongestText = 256;

    /// <summary>Fields of the provider's own that are read.</summary>
    public const int MostFields = 4;

    private readonly Span<char> _text = text;
    private readonly Span<Field> _fields = fields;
    private int _written;
    private int _fieldCount;

    /// <summary>The choice's number.</summary>
    public int Index { get; private set; }

    /// <summary>The piece of text.</summary>
    public readonly ReadOnlySpan<char> Text => _text[.._written];

    /// <summary>Where the provider's own fields are that are not null, in their order.</summary>
    public readonly ReadOnlySpan<Field> Fields => _fields[.._fieldCount];

    /// <summary>Reads a chunk; false where it is not such a one, or is broken.</summary>
    /// <param name="data">The event's data.</param>
    /// <param name="seeksFingerprint">Whether a fingerprint of the system would be news.</param>
    /// <param name="seeksTier">Whether a service tier would be.</param>
    public bool TryRead(ReadOnlySpan<byte> data, bool seeksFingerprint, bool seeksTier)
    {
        try
        {
            var json = new Utf8JsonReader(data);
            // What follows its end is an error as well.
            return json.Read() && json.TokenType == JsonTokenType.StartObject && TryReadRoot(ref json, data, seeksFingerprint, seeksTier) && !json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private bool TryReadRoot(ref Utf8JsonReader json, ReadOnlySpan<byte> data, bool seeksFingerprint, bool seeksTier)
    {
        var hasChoice = false;
        while (PlainJson.TryReadName(ref json, out var name))
        {
            var nameStart = (int)json.TokenStartIndex + 1;
            if (name.SequenceEqual("choices"u8))
            {
                if (hasChoice || !TryReadChoices(ref json))
                    return false;
                hasChoice = true;
                continue;
            }

            json.Read();
            var isNull = json.TokenType == JsonTokenType.Null;
            if (name.SequenceEqual("error"u8) || (name.SequenceEqual("usage"u8) && !isNull))
                return false;
            if ((seeksFingerprint && !isNull && name.SequenceEqual("system_fingerprint"u8)) || (seeksTier && !isNull && name.SequenceEqual("service_tier"u8)))
                return false;
            var start = (int)json.TokenStartIndex;
            json.Skip();
            if (isNull || ProviderFields.IsOfTheForm(name))
                continue;
            var field = new Field(nameStart, name.Length, start, (int)json.BytesConsumed - start);
            if (_fieldCount == MostFields || !Utf8.IsValid(data.Slice(field.ValueStart, field.ValueLength)))
                return false;
            _fields[_fieldCount++] = field;
        }

        return hasChoice && json.TokenType == JsonTokenType.EndObject;
    }

    // One choice, which does not end.
    private bool TryReadChoices(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray || !json.Read() || json.TokenType != JsonTokenType.StartObject)
            return false;
        var hasDelta = false;
        while (PlainJson.TryReadName(ref json, out var name))
        {
            if (name.SequenceEqual("delta"u8))
            {
                if (hasDelta || !json.Read() || json.TokenType != JsonTokenType.StartObject || !TryReadDelta(ref json))
                    return false;
                hasDelta = true;
                continue;
            }

            json.Read();
            if (name.SequenceEqual("index"u8))
            {
                if (json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out var index))
                    return false;
                Index = index;
            }
            else if (json.TokenType != JsonTokenType.Null && (name.SequenceEqual("finish_reason"u8) || name.SequenceEqual("logprobs"u8)))
            {
                return false;
            }
            else
            {
                json.Skip();
            }
        }

        return json.TokenType == JsonTokenType.EndObject && json.Read() && json.TokenType == JsonTokenType.EndArray;
    }

    // A role and a text, and what is null or an empty list.
    private bool TryReadDelta(ref Utf8JsonReader json)
    {
        var hasContent = false;
        while (PlainJson.TryReadName(ref json, out var name))
        {
            json.Read();
            if (name.SequenceEqual("content"u8))
            {
                if (hasContent || json.ValueSpan.Length > LongestText || json.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                    return false;
                hasContent = true;
                if (json.TokenType == JsonTokenType.String)
                    _written = json.CopyString(_text);
            }
            else if (name.SequenceEqual("role"u8))
            {
                json.Skip();
            }
            else if (json.TokenType != JsonTokenType.Null && !(json.TokenType == JsonTokenType.StartArray && json.Read() && json.TokenType == JsonTokenType.EndArray))
            {
                return false;
            }
        }

        return json.TokenType == JsonTokenType.EndObject;
    }

    /// <summary>Where a field's name and value are in the data.</summary>
    internal readonly record struct Field(int NameStart, int NameLength, int ValueStart, int ValueLength);
}
