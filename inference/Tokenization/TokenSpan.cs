namespace OrleansLlm.Inference.Tokenization;

/// <summary>The characters of the original text that a token came from, in UTF-16 code units.</summary>
public readonly record struct TokenSpan(int Start, int Length)
{
    public int End => Start + Length;
}
