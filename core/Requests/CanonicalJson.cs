using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// Feeds JSON into a hash so that spelling does not matter and meaning does: white space and escapes are gone, properties are
/// sorted by name, numbers keep their spelling (1 and 1.0 then differ, which costs a miss at most), duplicate names stay in order.
/// Every value is framed by its kind and length, so that no two different documents feed the same bytes.
/// </summary>
internal static class CanonicalJson
{
    public static void Append(IncrementalHash hash, JsonElement element, Func<string, bool>? skipProperty = null)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var properties = element.EnumerateObject().Where(p => skipProperty is null || !skipProperty(p.Name)).ToArray();
                // A stable sort: duplicates keep their order.
                var sorted = properties.OrderBy(p => p.Name, StringComparer.Ordinal);
                AppendFrame(hash, 'o', properties.Length);
                foreach (var property in sorted)
                {
                    AppendText(hash, 'k', property.Name);
                    Append(hash, property.Value);
                }

                break;
            case JsonValueKind.Array:
                AppendFrame(hash, 'a', element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                    Append(hash, item);
                break;
            case JsonValueKind.String:
                AppendText(hash, 's', element.GetString()!);
                break;
            case JsonValueKind.Number:
                var raw = JsonMarshal.GetRawUtf8Value(element);
                AppendFrame(hash, 'n', raw.Length);
                hash.AppendData(raw);
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

    public static void AppendText(IncrementalHash hash, char kind, ReadOnlySpan<char> text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        AppendFrame(hash, kind, length);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        var written = Encoding.UTF8.GetBytes(text, buffer);
        hash.AppendData(buffer, 0, written);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    public static void AppendFrame(IncrementalHash hash, char kind, int length)
    {
        Span<byte> frame = stackalloc byte[5];
        frame[0] = (byte)kind;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(frame[1..], length);
        hash.AppendData(frame);
    }
}
