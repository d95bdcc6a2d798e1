using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference;

/// <summary>The verified parts of a model.</summary>
/// <param name="Manifest">What it says of itself.</param>
/// <param name="Onnx">Its graph.</param>
/// <param name="Tokenizer">Null where the model takes no text.</param>
/// <param name="MaxTokens">Its longest input; 0 where it takes no text.</param>
/// <param name="MaxBatch">The most items a call may take.</param>
internal sealed record LoadedModel(ModelManifest Manifest, OnnxModel Onnx, WordPieceTokenizer? Tokenizer, int MaxTokens, int MaxBatch)
{
    /// <exception cref="ModelRefusedException">The manifest names no tokenizer.</exception>
    public WordPieceTokenizer RequiredTokenizer => Tokenizer ?? throw new ModelRefusedException($"the {ModelManifest.FileName} names no tokenizer");
}
