using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference;

/// <summary>One encoded input: its tokens and how many of them belong to the first segment.</summary>
internal sealed class TokenSequence : IDisposable
{
    public TokenBuffer Tokens { get; } = new();

    public int FirstSegment { get; set; }

    public void Dispose() => Tokens.Dispose();
}
