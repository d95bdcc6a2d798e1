using Microsoft.ML.OnnxRuntime;

namespace OrleansLlm.Inference;

/// <summary>The input tensors of a sequence model, shape [rows, columns], rows padded on the right with [PAD] (id 0) and mask 0.</summary>
internal sealed class TokenBatch(int rows, int columns) : IDisposable
{
    public static readonly string[] SingleInputs = ["input_ids", "attention_mask"];

    public static readonly string[] PairInputs = ["input_ids", "attention_mask", "token_type_ids"];

    private readonly PooledTensor<long> _ids = new(rows, columns);
    private readonly PooledTensor<long> _mask = new(rows, columns);
    private readonly PooledTensor<long> _types = new(rows, columns);

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    /// <summary>In the order of <see cref="SingleInputs"/>.</summary>
    public OrtValue[] SingleValues => [_ids.Value, _mask.Value];

    /// <summary>In the order of <see cref="PairInputs"/>.</summary>
    public OrtValue[] PairValues => [_ids.Value, _mask.Value, _types.Value];

    /// <param name="row">Which row to fill.</param>
    /// <param name="ids">Its tokens, special ones included.</param>
    /// <param name="firstSegment">How many of them have token type 0; the rest has type 1.</param>
    public void SetRow(int row, ReadOnlySpan<int> ids, int firstSegment)
    {
        var start = row * Columns;
        var idRow = _ids.Span.Slice(start, Columns);
        for (var i = 0; i < ids.Length; i++)
            idRow[i] = ids[i];
        idRow[ids.Length..].Clear();
        var maskRow = _mask.Span.Slice(start, Columns);
        maskRow[..ids.Length].Fill(1);
        maskRow[ids.Length..].Clear();
        var typeRow = _types.Span.Slice(start, Columns);
        typeRow.Clear();
        typeRow[firstSegment..ids.Length].Fill(1);
    }

    public void Dispose()
    {
        _ids.Dispose();
        _mask.Dispose();
        _types.Dispose();
    }
}
