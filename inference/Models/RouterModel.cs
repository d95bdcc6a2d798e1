namespace OrleansLlm.Inference;

/// <summary>The router head: an embedding and surface features to two logits.</summary>
internal sealed class RouterModel(OnnxModel onnx, int maxBatch) : IRouterModel
{
    public const int FeatureCount = 12;

    private static readonly string[] s_inputs = ["embedding", "features"];
    private static readonly string[] s_outputs = ["complex_logit", "gain_logit"];

    public int MaxBatch { get; } = maxBatch;

    public void Run(ReadOnlySpan<RouterInput> inputs, Span<RouterScores> outputs)
    {
        using var embeddings = new PooledTensor<float>(inputs.Length, EmbeddingModel.Dimensions);
        using var features = new PooledTensor<float>(inputs.Length, FeatureCount);
        using var complex = new PooledTensor<float>(inputs.Length);
        using var gain = new PooledTensor<float>(inputs.Length);
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = inputs[i];
            if (input.Embedding.Length != EmbeddingModel.Dimensions || input.Features.Length != FeatureCount)
            {
                throw new ArgumentException(
                    $"the router takes {EmbeddingModel.Dimensions} floats and {FeatureCount} features, not {input.Embedding.Length} and {input.Features.Length}",
                    nameof(inputs));
            }

            input.Embedding.CopyTo(embeddings.Span[(i * EmbeddingModel.Dimensions)..]);
            input.Features.CopyTo(features.Span[(i * FeatureCount)..]);
        }

        onnx.Run(s_inputs, [embeddings.Value, features.Value], s_outputs, [complex.Value, gain.Value]);
        for (var i = 0; i < inputs.Length; i++)
            outputs[i] = new RouterScores(complex.Span[i], gain.Span[i]);
    }

    public void Dispose() => onnx.Dispose();
}
