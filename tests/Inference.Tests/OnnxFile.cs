using System.Runtime.InteropServices;
using System.Text;

namespace OrleansLlm.Inference.Tests;

/// <summary>Writes the smallest graphs that ONNX Runtime loads (onnx.proto, by field number).</summary>
internal static class OnnxFile
{
    private const int Float = 1;
    private const int Int64 = 7;

    /// <summary>Tokens to the rows of a table: <c>logits[batch, sequence] = rows[input_ids]</c>.</summary>
    public static byte[] Lookup(float[][] rows)
    {
        byte[] table =
        [
            .. Number(1, rows.Length), .. Number(1, rows[0].Length), .. Number(2, Float), .. Text(8, "table"),
            .. Bytes(9, MemoryMarshal.AsBytes(rows.SelectMany(r => r).ToArray().AsSpan()).ToArray()),
        ];
        byte[] node = [.. Text(1, "table"), .. Text(1, "input_ids"), .. Text(2, "logits"), .. Text(4, "Gather")];
        byte[] graph =
        [
            .. Bytes(1, node), .. Text(2, "lookup"), .. Bytes(5, table), .. Bytes(11, Value("input_ids", Int64, "batch", "sequence")),
            .. Bytes(11, Value("attention_mask", Int64, "batch", "sequence")), .. Bytes(12, Value("logits", Float, "batch", "sequence", "labels")),
        ];
        return [.. Number(1, 8), .. Bytes(7, graph), .. Bytes(8, Number(2, 13))];
    }

    private static byte[] Value(string name, int type, params string[] dimensions)
    {
        byte[] shape = [.. dimensions.SelectMany(d => Bytes(1, Text(2, d)))];
        return [.. Text(1, name), .. Bytes(2, Bytes(1, [.. Number(1, type), .. Bytes(2, shape)]))];
    }

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Bytes(int field, byte[] value) => [.. Varint((field << 3) | 2), .. Varint(value.Length), .. value];

    private static byte[] Varint(int value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
