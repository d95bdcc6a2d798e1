using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference;

/// <summary>Text to its sentence embedding: 384 floats of unit length; text beyond the model's 256 tokens is cut.</summary>
internal sealed class EmbeddingModel(OnnxModel onnx, WordPieceTokenizer tokenizer, int maxTokens, int maxBatch)
    : SequenceModel<string, float[]>(onnx, maxBatch)
{
    public const int Dimensions = 384;

    private static readonly string[] s_outputs = ["embedding"];

    /// <summary>Whether a text is not cut.</summary>
    public bool ReadsWhole(string text) => tokenizer.Fit(text, [], maxTokens - 2);

    protected override void Encode(string input, TokenSequence sequence)
    {
        tokenizer.Encode(input, maxTokens, sequence.Tokens);
        sequence.FirstSegment = sequence.Tokens.Count;
    }

    protected override void Infer(TokenBatch batch, ReadOnlySpan<int> items, ReadOnlySpan<string> inputs, Span<float[]> outputs)
    {
        using var embeddings = new PooledTensor<float>(batch.Rows, Dimensions);
        Onnx.Run(TokenBatch.SingleInputs, batch.SingleValues, s_outputs, [embeddings.Value]);
        for (var row = 0; row < items.Length; row++)
            outputs[items[row]] = embeddings.Span.Slice(row * Dimensions, Dimensions).ToArray();
    }
}
