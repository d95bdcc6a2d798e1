using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>One event of a stream that is given again, as bytes.</summary>
internal static class ReplayEvent
{
    /// <summary>How the providers with named events escape their JSON.</summary>
    public static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Large enough to be few, small enough for a reader to show text at once.
    private const int PieceLength = 400;

    /// <summary>An event without a name.</summary>
    /// <param name="fields">Writes the fields of its object.</param>
    public static byte[] Unnamed(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        return Write(buffer, default, fields);
    }

    /// <summary>An event that says its name twice: on a line of its own and as <c>type</c>.</summary>
    /// <param name="type">ASCII.</param>
    /// <param name="fields">Writes the other fields of its object.</param>
    public static byte[] Named(string type, Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        buffer.Write("event: "u8);
        buffer.Write(Encoding.ASCII.GetBytes(type));
        buffer.Write("\n"u8);
        return Write(buffer, Relaxed, json =>
        {
            json.WriteString("type", type);
            fields(json);
        });
    }

    /// <summary>A text in the pieces of a stream: cut at spaces, never inside a surrogate pair.</summary>
    public static IEnumerable<(int Start, int Length)> Pieces(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var length = Math.Min(PieceLength, text.Length - at);
            if (at + length < text.Length)
            {
                var space = text.LastIndexOf(' ', at + length - 1, length);
                if (space > at)
                    length = space - at;
                else if (char.IsHighSurrogate(text[at + length - 1]))
                    length--;
            }

            yield return (at, length);
            at += length;
        }
    }

    private static byte[] Write(ArrayBufferWriter<byte> buffer, JsonWriterOptions options, Action<Utf8JsonWriter> fields)
    {
        buffer.Write("data: "u8);
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
