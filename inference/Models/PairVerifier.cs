using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference;

/// <summary>
/// The logit that the answer to text A also answers text B, of this one order: the mean of both orders is the stabler score. Texts beyond
/// 128 tokens together are cut, the longer one first.
/// </summary>
internal sealed class PairVerifier(OnnxModel onnx, WordPieceTokenizer tokenizer, int maxTokens, int maxBatch)
    : SequenceModel<TextPair, float>(onnx, maxBatch)
{
    private static readonly string[] s_outputs = ["logit"];

    /// <summary>Whether neither text is cut.</summary>
    public bool ReadsWhole(string a, string b) => tokenizer.Fit(a, b, maxTokens - 3);

    protected override void Encode(TextPair input, TokenSequence sequence) =>
        sequence.FirstSegment = tokenizer.EncodePair(input.A, input.B, maxTokens, sequence.Tokens);

    protected override void Infer(TokenBatch batch, ReadOnlySpan<int> items, ReadOnlySpan<TextPair> inputs, Span<float> outputs)
    {
        using var logits = new PooledTensor<float>(batch.Rows);
        Onnx.Run(TokenBatch.PairInputs, batch.PairValues, s_outputs, [logits.Value]);
        for (var row = 0; row < items.Length; row++)
            outputs[items[row]] = logits.Span[row];
    }
}
