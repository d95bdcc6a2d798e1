using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference;

/// <summary>One compressor call: <c>[CLS] question [SEP] sentence tokens [SEP]</c>.</summary>
/// <param name="Ids">All tokens, special ones included.</param>
/// <param name="Spans">Each token's place in its own sentence, from the first sentence token on (index 0 is token <paramref name="TextStart"/>).</param>
/// <param name="TextStart">Index of the first sentence token.</param>
/// <param name="Parts">The sentences, or pieces of one, that the window holds, in order.</param>
/// <param name="WithWords">Whether word logits are wanted.</param>
internal sealed record PruneWindow(int[] Ids, TokenSpan[] Spans, int TextStart, IReadOnlyList<PrunePart> Parts, bool WithWords)
{
    private volatile bool _isAbandoned;

    /// <summary>True once nobody waits for the request's scores any more: a sibling window was refused, late or faulty.</summary>
    public bool IsAbandoned
    {
        get => _isAbandoned;
        set => _isAbandoned = value;
    }
}
