using System.Text;
using System.Text.Json;

namespace OrleansLlm.Core.Compression.Records;

/// <summary>Finds the arrays of like objects in a JSON text, the outermost ones.</summary>
internal sealed class RecordReader
{
    /// <summary>Fewer objects are no table that could do without a row.</summary>
    public const int FewestRecords = 8;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 128 };

    private readonly byte[] _bytes;
    private readonly int _length;
    private readonly List<RecordArray> _arrays = [];
    private (int Bytes, int Chars) _at;

    private RecordReader(ReadOnlySpan<char> text)
    {
        _bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        _length = Encoding.UTF8.GetBytes(text, _bytes);
    }

    /// <summary>The arrays of <paramref name="text"/>, in order; none where it is no JSON.</summary>
    public static IReadOnlyList<RecordArray> Arrays(ReadOnlySpan<char> text) => new RecordReader(text).Read() is { } found ? found.Arrays : [];

    /// <summary>The names in <paramref name="text"/> if it is one JSON object; null where it is not.</summary>
    public static IReadOnlySet<string>? Names(ReadOnlySpan<char> text) => new RecordReader(text).Read()?.Names;

    /// <summary>Whether two objects are rows of one table: they share half of their names at least.</summary>
    public static bool AreLike(IReadOnlySet<string> a, IReadOnlySet<string> b)
    {
        var shared = a.Count(b.Contains);
        return shared > 0 && 2 * shared >= a.Count + b.Count - shared;
    }

    private (List<RecordArray> Arrays, HashSet<string>? Names)? Read()
    {
        var reader = new Utf8JsonReader(_bytes.AsSpan(0, _length), Strict);
        try
        {
            reader.Read();
            var names = ReadValue(ref reader);
            // What follows the value is refused here.
            return reader.Read() ? null : (_arrays, names);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private HashSet<string>? ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
            ReadArray(ref reader);
        return reader.TokenType == JsonTokenType.StartObject ? ReadObject(ref reader) : null;
    }

    private HashSet<string> ReadObject(ref Utf8JsonReader reader)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            names.Add(reader.ValueIsEscaped ? Encoding.UTF8.GetString(reader.ValueSpan) : reader.GetString()!);
            reader.Read();
            ReadValue(ref reader);
        }

        return names;
    }

    private void ReadArray(ref Utf8JsonReader reader)
    {
        var inner = _arrays.Count;
        var records = new List<(int Start, int End)>();
        HashSet<string>? first = null;
        var areLike = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = Chars((int)reader.TokenStartIndex);
            var names = ReadValue(ref reader);
            // No more than the first that is unlike: to hold each against a large first one would take for ever.
            areLike = areLike && names is not null && AreLike(first ??= names, names);
            records.Add((start, Chars((int)reader.BytesConsumed)));
        }

        if (!areLike || records.Count < FewestRecords)
            return;
        _arrays.RemoveRange(inner, _arrays.Count - inner);
        _arrays.Add(new RecordArray(records));
    }

    /// <summary>The UTF-16 offset of a byte offset; asked in rising order.</summary>
    private int Chars(int bytes)
    {
        _at = (bytes, _at.Chars + Encoding.UTF8.GetCharCount(_bytes, _at.Bytes, bytes - _at.Bytes));
        return _at.Chars;
    }
}
