namespace OrleansLlm.Inference;

/// <summary>
/// Runs a token model: one item alone and unpadded, several as padded batches of similar length. With more than one, padding costs
/// at most one bucket's width per row.
/// </summary>
internal abstract class SequenceModel<TIn, TOut>(OnnxModel onnx, int maxBatch) : ILaneModel<TIn, TOut>, IDisposable
{
    private static readonly int[] s_lengthBuckets = [16, 32, 48, 64, 96, 128, 192, 256];

    public int MaxBatch { get; } = maxBatch;

    protected OnnxModel Onnx { get; } = onnx;

    public void Run(ReadOnlySpan<TIn> inputs, Span<TOut> outputs)
    {
        if (inputs.Length == 1)
        {
            using var sequence = new TokenSequence();
            Encode(inputs[0], sequence);
            RunBatch([sequence], [0], sequence.Tokens.Count, inputs, outputs);
            return;
        }

        var sequences = new TokenSequence[inputs.Length];
        for (var i = 0; i < sequences.Length; i++)
            sequences[i] = new TokenSequence();
        try
        {
            for (var i = 0; i < sequences.Length; i++)
                Encode(inputs[i], sequences[i]);
            RunBuckets(sequences, inputs, outputs);
        }
        finally
        {
            foreach (var sequence in sequences)
                sequence.Dispose();
        }
    }

    public void Dispose() => Onnx.Dispose();

    /// <summary>Writes the tokens of an input, special ones included.</summary>
    protected abstract void Encode(TIn input, TokenSequence sequence);

    /// <summary>Runs a filled batch; row r belongs to the input and output at <c>items[r]</c>.</summary>
    protected abstract void Infer(TokenBatch batch, ReadOnlySpan<int> items, ReadOnlySpan<TIn> inputs, Span<TOut> outputs);

    private void RunBuckets(TokenSequence[] sequences, ReadOnlySpan<TIn> inputs, Span<TOut> outputs)
    {
        var items = new int[sequences.Length];
        for (var i = 0; i < items.Length; i++)
            items[i] = i;
        Array.Sort(items, (a, b) => sequences[a].Tokens.Count.CompareTo(sequences[b].Tokens.Count));
        for (var start = 0; start < items.Length;)
        {
            var columns = BucketOf(sequences[items[start]].Tokens.Count);
            var end = start + 1;
            while (end < items.Length && sequences[items[end]].Tokens.Count <= columns)
                end++;
            RunBatch(sequences, items.AsSpan(start, end - start), columns, inputs, outputs);
            start = end;
        }
    }

    private void RunBatch(TokenSequence[] sequences, ReadOnlySpan<int> items, int columns, ReadOnlySpan<TIn> inputs, Span<TOut> outputs)
    {
        using var batch = new TokenBatch(items.Length, columns);
        for (var row = 0; row < items.Length; row++)
        {
            var sequence = sequences[items[row]];
            batch.SetRow(row, sequence.Tokens.Ids, sequence.FirstSegment);
        }

        Infer(batch, items, inputs, outputs);
    }

    private static int BucketOf(int length)
    {
        foreach (var bucket in s_lengthBuckets)
        {
            if (length <= bucket)
                return bucket;
        }

        return length;
    }
}
