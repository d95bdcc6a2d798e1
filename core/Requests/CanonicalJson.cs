using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// Feeds JSON into a hash so that spelling does not matter and meaning does: white space and escapes are gone, properties are
/// sorted by name, numbers keep their spelling (1 and 1.0 then differ, which costs a miss at most), duplicate names stay in order.
/// Every value is framed by its kind and length, so that no two different documents feed the same bytes.
/// </summary>
internal static class CanonicalJson
{
    // Beyond it sorting by insertion would cost more than it spares, and a body could be made to show it.
    private const int MostInserted = 16;

    public static void Append(CanonicalHash hash, JsonElement element, Func<JsonProperty, bool>? skipProperty = null)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(hash, element, skipProperty);
                break;
            case JsonValueKind.Array:
                AppendFrame(hash, 'a', element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                    Append(hash, item);
                break;
            case JsonValueKind.String:
                if (Plain(JsonMarshal.GetRawUtf8Value(element)[1..^1], out var text))
                    AppendBytes(hash, 's', text);
                else
                    AppendText(hash, 's', element.GetString()!);
                break;
            case JsonValueKind.Number:
                AppendBytes(hash, 'n', JsonMarshal.GetRawUtf8Value(element));
                break;
            case JsonValueKind.True:
                AppendFrame(hash, 't', 0);
                break;
            case JsonValueKind.False:
                AppendFrame(hash, 'f', 0);
                break;
            default:
                AppendFrame(hash, '0', 0);
                break;
        }
    }

    public static void AppendText(CanonicalHash hash, char kind, ReadOnlySpan<char> text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        AppendBytes(hash, kind, buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer)));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    public static void AppendFrame(CanonicalHash hash, char kind, int length)
    {
        Span<byte> frame = stackalloc byte[5];
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame[1..], length);
        hash.Append(frame);
    }

    private static void AppendBytes(CanonicalHash hash, char kind, ReadOnlySpan<byte> bytes)
    {
        AppendFrame(hash, kind, bytes.Length);
        hash.Append(bytes);
    }

    private static void AppendObject(CanonicalHash hash, JsonElement element, Func<JsonProperty, bool>? skipProperty)
    {
        var properties = ArrayPool<JsonProperty>.Shared.Rent(element.GetPropertyCount());
        var count = 0;
        var ascii = true;
        foreach (var property in element.EnumerateObject())
        {
            if (skipProperty is not null && skipProperty(property))
                continue;
            properties[count++] = property;
            ascii &= IsPlainAscii(JsonMarshal.GetRawUtf8PropertyName(property));
        }

        AppendFrame(hash, 'o', count);
        if (ascii && count <= MostInserted)
        {
            Insert(properties.AsSpan(0, count));
            foreach (var property in properties.AsSpan(0, count))
            {
                AppendBytes(hash, 'k', JsonMarshal.GetRawUtf8PropertyName(property));
                Append(hash, property.Value);
            }
        }
        else
        {
            // A stable sort: duplicates keep their order.
            foreach (var property in properties.Take(count).OrderBy(static p => p.Name, StringComparer.Ordinal))
            {
                AppendText(hash, 'k', property.Name);
                Append(hash, property.Value);
            }
        }

        ArrayPool<JsonProperty>.Shared.Return(properties, clearArray: true);
    }

    // By insertion, which is stable: duplicates keep their order. Of ASCII the bytes sort as the characters do.
    private static void Insert(Span<JsonProperty> properties)
    {
        for (var i = 1; i < properties.Length; i++)
        {
            var property = properties[i];
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            var at = i;
            while (at > 0 && JsonMarshal.GetRawUtf8PropertyName(properties[at - 1]).SequenceCompareTo(name) > 0)
                at--;
            if (at == i)
                continue;
            properties[at..i].CopyTo(properties[(at + 1)..]);
            properties[at] = property;
        }
    }

    private static bool IsPlainAscii(ReadOnlySpan<byte> raw) => Ascii.IsValid(raw) && !raw.Contains((byte)'\\');

    // The bytes of a string that is written as it is. What is no valid Unicode is left to the reader, who refuses it.
    private static bool Plain(ReadOnlySpan<byte> raw, out ReadOnlySpan<byte> text)
    {
        text = raw;
        return !raw.Contains((byte)'\\') && Utf8.IsValid(raw);
    }
}
