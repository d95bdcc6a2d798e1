using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference;

/// <summary>
/// A token classifier as LLMLingua-2 uses one: <c>[CLS] text [SEP]</c> to a keep logit a token. The first output that the manifest names holds
/// either one logit a token, or two, of which the second is for keeping.
/// </summary>
internal sealed class TokenClassifierModel : SequenceModel<PruneWindow, WindowScores>
{
    private readonly bool _takesTypes;
    private readonly string[] _output;
    private readonly int _labels;

    /// <param name="model">Graph and manifest.</param>
    /// <exception cref="ModelRefusedException">The manifest names no output, or one of another shape.</exception>
    public TokenClassifierModel(LoadedModel model)
        : base(model.Onnx, model.MaxBatch)
    {
        _takesTypes = model.Manifest.TakesTokenTypes;
        _output = [.. (model.Manifest.Outputs ?? []).Select(o => o.Name).Take(1)];
        _labels = _output.Length == 0 ? 0 : model.Onnx.Rank(_output[0]) - 1;
        if (_labels is not (1 or 2))
            throw new ModelRefusedException($"the {ModelManifest.FileName} of a token classifier must name its output first: logits of shape [batch, sequence] or [batch, sequence, 2]");
    }

    protected override void Encode(PruneWindow input, TokenSequence sequence)
    {
        foreach (var id in input.Ids)
            sequence.Tokens.Add(id);
        sequence.FirstSegment = sequence.Tokens.Count;
    }

    protected override void Infer(TokenBatch batch, ReadOnlySpan<int> items, ReadOnlySpan<PruneWindow> inputs, Span<WindowScores> outputs)
    {
        using var logits = _labels == 1 ? new PooledTensor<float>(batch.Rows, batch.Columns) : new PooledTensor<float>(batch.Rows, batch.Columns, _labels);
        Onnx.Run(
            _takesTypes ? TokenBatch.PairInputs : TokenBatch.SingleInputs, _takesTypes ? batch.PairValues : batch.SingleValues, _output, [logits.Value]);
        for (var row = 0; row < items.Length; row++)
        {
            var window = inputs[items[row]];
            outputs[items[row]] = new WindowScores(new double[window.Parts.Count], window.Words(logits.Span.Slice(row * batch.Columns * _labels, batch.Columns * _labels), _labels));
        }
    }
}
