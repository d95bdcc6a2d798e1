namespace OrleansLlm.Inference;

/// <summary>Scores the sentences of one window, and their words where asked.</summary>
internal sealed class CompressorModel(OnnxModel onnx, int maxBatch) : SequenceModel<PruneWindow, WindowScores>(onnx, maxBatch)
{
    private static readonly string[] s_sentenceOutput = ["sentence_logit"];
    private static readonly string[] s_allOutputs = ["sentence_logit", "word_logit"];

    protected override void Encode(PruneWindow input, TokenSequence sequence)
    {
        foreach (var id in input.Ids)
            sequence.Tokens.Add(id);
        sequence.FirstSegment = input.TextStart;
    }

    protected override void Infer(TokenBatch batch, ReadOnlySpan<int> items, ReadOnlySpan<PruneWindow> inputs, Span<WindowScores> outputs)
    {
        var withWords = false;
        foreach (var item in items)
            withWords |= inputs[item].WithWords;
        using var sentenceLogits = new PooledTensor<float>(batch.Rows, batch.Columns);
        using var wordLogits = withWords ? new PooledTensor<float>(batch.Rows, batch.Columns) : null;
        if (wordLogits is null)
            Onnx.Run(TokenBatch.PairInputs, batch.PairValues, s_sentenceOutput, [sentenceLogits.Value]);
        else
            Onnx.Run(TokenBatch.PairInputs, batch.PairValues, s_allOutputs, [sentenceLogits.Value, wordLogits.Value]);
        for (var row = 0; row < items.Length; row++)
        {
            var window = inputs[items[row]];
            var words = wordLogits is null || !window.WithWords ? null : window.Words(wordLogits.Span.Slice(row * batch.Columns, batch.Columns), 1);
            outputs[items[row]] = new WindowScores(Sums(window, sentenceLogits.Span.Slice(row * batch.Columns, batch.Columns)), words);
        }
    }

    private static double[] Sums(PruneWindow window, ReadOnlySpan<float> logits)
    {
        var sums = new double[window.Parts.Count];
        for (var i = 0; i < sums.Length; i++)
        {
            foreach (var logit in logits.Slice(window.Parts[i].Start, window.Parts[i].Count))
                sums[i] += logit;
        }

        return sums;
    }
}
