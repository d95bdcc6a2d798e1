using System.Runtime.InteropServices;
using System.Text;

namespace OrleansLlm.Inference.Tests;

/// <summary>Writes the smallest graphs that ONNX Runtime loads (onnx.proto, by field number).</summary>
internal static class OnnxFile
{
    private const int Float = 1;
    private const int Int64 = 7;
    private const int AttributeInt = 2;

    /// <summary>Tokens to the rows of a table: <c>logits[batch, sequence] = rows[input_ids]</c>.</summary>
    public static byte[] Lookup(float[][] rows)
    {
        var table = Tensor("table", Float, MemoryMarshal.AsBytes(rows.SelectMany(r => r).ToArray().AsSpan()), rows.Length, rows[0].Length);
        byte[] graph =
        [
            .. Bytes(1, Node("Gather", ["table", "input_ids"], "logits")), .. Text(2, "lookup"), .. Bytes(5, table), .. Bytes(11, Value("input_ids", Int64, "batch", "sequence")),
            .. Bytes(11, Value("attention_mask", Int64, "batch", "sequence")), .. Bytes(12, Value("logits", Float, "batch", "sequence", "labels")),
        ];
        return [.. Number(1, 8), .. Bytes(7, graph), .. Bytes(8, Number(2, 13))];
    }

    /// <summary>An embedder that finds all texts alike, and asks for more memory than there is in the world for one of more tokens than <paramref name="most"/>.</summary>
    public static byte[] EmbedderOutgrowingMemory(int dimensions, int most)
    {
        byte[][] nodes =
        [
            Node("Shape", ["input_ids"], "shape"),
            Node("ReduceProd", ["shape"], "tokens"),
            Node("Greater", ["tokens", "most"], "is_long"),
            [.. Node("Cast", ["is_long"], "times"), .. Bytes(5, [.. Text(1, "to"), .. Number(3, Int64), .. Number(20, AttributeInt)])],
            Node("Mul", ["times", "boundless"], "extra"),
            Node("Add", ["extra", "one"], "elements"),
            Node("ConstantOfShape", ["elements"], "zeros"),
            Node("ReduceSum", ["zeros"], "zero"),
            Node("Add", ["direction", "zero"], "embedding"),
        ];
        float[] direction = [.. Enumerable.Range(0, dimensions).Select(static i => i == 0 ? 1f : 0f)];
        byte[] graph =
        [
            .. nodes.SelectMany(static n => Bytes(1, n)), .. Text(2, "outgrowing"),
            .. Bytes(5, Tensor("direction", Float, MemoryMarshal.AsBytes(direction.AsSpan()), 1, dimensions)),
            .. Scalar("most", most), .. Scalar("one", 1), .. Scalar("boundless", 1L << 45),
            .. Bytes(11, Value("input_ids", Int64, "batch", "sequence")), .. Bytes(11, Value("attention_mask", Int64, "batch", "sequence")),
            .. Bytes(12, Value("embedding", Float, "batch", "dimensions")),
        ];
        return [.. Number(1, 8), .. Bytes(7, graph), .. Bytes(8, Number(2, 13))];

        static byte[] Scalar(string name, long value) => Bytes(5, Tensor(name, Int64, BitConverter.GetBytes(value), 1));
    }

    private static byte[] Node(string kind, string[] inputs, string output) => [.. inputs.SelectMany(static i => Text(1, i)), .. Text(2, output), .. Text(4, kind)];

    private static byte[] Tensor(string name, int type, ReadOnlySpan<byte> values, params int[] dimensions) =>
        [.. dimensions.SelectMany(static d => Number(1, d)), .. Number(2, type), .. Text(8, name), .. Bytes(9, values.ToArray())];

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
