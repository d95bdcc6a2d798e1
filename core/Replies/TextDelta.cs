using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>
/// An event that brings a piece of text, in the Responses form or in Anthropic's: most of a stream are such. Read in one pass, without an object.
/// Whatever is in any way else is not read, and for the document's reader to judge.
/// </summary>
/// <param name="text">Takes the text; of <see cref="LongestText"/>.</param>
internal ref struct TextDelta(Span<char> text)
{
    /// <summary>Characters of the longest text that is read.</summary>
    public const int LongestText = 256;

    private readonly Span<char> _text = text;
    private int _written;
    private bool _hasText;

    /// <summary>The number of the block that it belongs to.</summary>
    public int Index { get; private set; }

    /// <summary>The piece of text.</summary>
    public readonly ReadOnlySpan<char> Text => _text[.._written];

    /// <summary>Reads <c>response.output_text.delta</c>; false where it is something else, or is broken.</summary>
    public bool TryReadResponses(ReadOnlySpan<byte> data) => TryRead(data, "response.output_text.delta"u8, isNested: false);

    /// <summary>Reads <c>content_block_delta</c> with a <c>text_delta</c>; false where it is something else, or is broken.</summary>
    public bool TryReadMessages(ReadOnlySpan<byte> data) => TryRead(data, "content_block_delta"u8, isNested: true);

    private bool TryRead(ReadOnlySpan<byte> data, ReadOnlySpan<byte> type, bool isNested)
    {
        try
        {
            var json = new Utf8JsonReader(data);
            // What follows its end is an error as well.
            return json.Read() && json.TokenType == JsonTokenType.StartObject && TryReadRoot(ref json, type, isNested) && _hasText && !json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private bool TryReadRoot(ref Utf8JsonReader json, ReadOnlySpan<byte> type, bool isNested)
    {
        var (hasType, hasDelta) = (false, false);
        while (PlainJson.TryReadName(ref json, out var name))
        {
            json.Read();
            if (name.SequenceEqual("type"u8))
            {
                if (hasType || json.TokenType != JsonTokenType.String || !json.ValueTextEquals(type))
                    return false;
                hasType = true;
            }
            else if (name.SequenceEqual("delta"u8))
            {
                if (hasDelta || !(isNested ? TryReadDelta(ref json) : TryReadText(ref json)))
                    return false;
                hasDelta = true;
            }
            else if (isNested && name.SequenceEqual("index"u8))
            {
                if (json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out var index))
                    return false;
                Index = index;
            }
            else
            {
                json.Skip();
            }
        }

        return hasType && json.TokenType == JsonTokenType.EndObject;
    }

    private bool TryReadDelta(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            return false;
        var hasType = false;
        while (PlainJson.TryReadName(ref json, out var name))
        {
            json.Read();
            if (name.SequenceEqual("type"u8))
            {
                if (hasType || json.TokenType != JsonTokenType.String || !json.ValueTextEquals("text_delta"u8))
                    return false;
                hasType = true;
            }
            else if (name.SequenceEqual("text"u8))
            {
                if (!TryReadText(ref json))
                    return false;
            }
            else
            {
                json.Skip();
            }
        }

        return hasType && json.TokenType == JsonTokenType.EndObject;
    }

    // Once.
    private bool TryReadText(ref Utf8JsonReader json)
    {
        if (_hasText || json.TokenType != JsonTokenType.String || json.ValueSpan.Length > LongestText)
            return false;
        _hasText = true;
        _written = json.CopyString(_text);
        return true;
    }
}
