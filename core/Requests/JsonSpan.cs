using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrleansLlm.Core.Requests;

/// <summary>Where a JSON value stands in the original UTF-8 bytes.</summary>
public readonly record struct JsonSpan(int Start, int Length)
{
    public int End => Start + Length;

    /// <summary>Where <paramref name="element"/> stands in <paramref name="body"/>, of which it was parsed without a copy.</summary>
    public static JsonSpan Of(ReadOnlyMemory<byte> body, JsonElement element)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        var start = (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(body.Span), ref MemoryMarshal.GetReference(raw));
        return new JsonSpan(start, raw.Length);
    }
}
