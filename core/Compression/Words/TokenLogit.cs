namespace OrleansLlm.Core.Compression.Words;

/// <summary>What a token classifier says of one token of a sentence.</summary>
/// <param name="Start">Where the token begins in its sentence, in UTF-16 code units.</param>
/// <param name="Length">Its UTF-16 code units.</param>
/// <param name="Logit">Log-odds that it is worth keeping.</param>
public readonly record struct TokenLogit(int Start, int Length, float Logit);
