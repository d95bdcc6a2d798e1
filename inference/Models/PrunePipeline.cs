namespace OrleansLlm.Inference;

/// <summary>The two steps of the compressor: cut into windows, score the windows.</summary>
internal sealed record PrunePipeline(PrunePlanner Planner, SequenceModel<PruneWindow, WindowScores> Model)
{
    public static PrunePipeline Create(LoadedModel parts) =>
        new(new PrunePlanner(parts.RequiredTokenizer, parts.MaxTokens), new CompressorModel(parts.Onnx, parts.MaxBatch));

    /// <summary>The same with a token classifier, which reads no question.</summary>
    public static PrunePipeline CreateClassifier(LoadedModel parts) =>
        new(new PrunePlanner(parts.RequiredTokenizer, parts.MaxTokens, readsQuestion: false), new TokenClassifierModel(parts));

    public void TryOut()
    {
        var plans = new PrunePlan[1];
        Planner.Run([new PruneRequest("ready?", ["set."], WithWords: true)], plans);
        Model.Run([plans[0].Windows[0]], new WindowScores[1]);
    }
}
