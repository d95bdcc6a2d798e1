using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference;

/// <summary>
/// A router that reads the text itself (<c>"input": "text"</c> in its manifest), such as a fine-tuned classifier: tokens to the logit that the
/// request needs a strong model, and to a gain where the graph has a second output.
/// </summary>
internal sealed class TextRouterModel : SequenceModel<RouterInput, RouterScores>, IRouterModel
{
    private readonly WordPieceTokenizer _tokenizer;
    private readonly int _maxTokens;
    private readonly bool _takesTypes;
    private readonly string[] _outputs;

    /// <param name="model">Graph, tokenizer and limits.</param>
    /// <exception cref="ModelRefusedException">The manifest names no tokenizer or no output.</exception>
    public TextRouterModel(LoadedModel model)
        : base(model.Onnx, model.MaxBatch)
    {
        _tokenizer = model.RequiredTokenizer;
        _maxTokens = model.MaxTokens;
        _takesTypes = model.Manifest.TakesTokenTypes;
        _outputs = [.. (model.Manifest.Outputs ?? []).Select(o => o.Name).Take(2)];
        if (_outputs.Length == 0)
            throw new ModelRefusedException($"the {ModelManifest.FileName} of a router that reads text must name its outputs: the complexity logit first");
    }

    protected override void Encode(RouterInput input, TokenSequence sequence)
    {
        _tokenizer.Encode(input.Text, _maxTokens, sequence.Tokens);
        sequence.FirstSegment = sequence.Tokens.Count;
    }

    protected override void Infer(TokenBatch batch, ReadOnlySpan<int> items, ReadOnlySpan<RouterInput> inputs, Span<RouterScores> outputs)
    {
        using var complex = new PooledTensor<float>(batch.Rows);
        using var gain = new PooledTensor<float>(batch.Rows);
        Onnx.Run(
            _takesTypes ? TokenBatch.PairInputs : TokenBatch.SingleInputs,
            _takesTypes ? batch.PairValues : batch.SingleValues,
            _outputs,
            _outputs.Length > 1 ? [complex.Value, gain.Value] : [complex.Value]);
        for (var row = 0; row < items.Length; row++)
            outputs[items[row]] = new RouterScores(complex.Span[row], _outputs.Length > 1 ? gain.Span[row] : complex.Span[row]);
    }
}
