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
    /// <summary>What a model says of the window's tokens, by part.</summary>
    /// <param name="logits">Row-major: all tokens of the window, <paramref name="labels"/> each.</param>
    /// <param name="labels">1: the logit that the word is kept. 2: those that it goes and that it stays.</param>
    public WordLogit[][] Words(ReadOnlySpan<float> logits, int labels)
    {
        var words = new WordLogit[Parts.Count][];
        for (var i = 0; i < words.Length; i++)
        {
            var part = Parts[i];
            words[i] = new WordLogit[part.Count];
            for (var token = 0; token < part.Count; token++)
            {
                var span = Spans[part.Start - TextStart + token];
                var at = (part.Start + token) * labels;
                words[i][token] = new WordLogit(span.Start, span.Length, labels == 1 ? logits[at] : logits[at + 1] - logits[at]);
            }
        }

        return words;
    }
}
