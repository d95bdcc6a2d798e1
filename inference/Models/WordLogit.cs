namespace OrleansLlm.Inference;

/// <summary>The word stage's keep logit of one token.</summary>
/// <param name="Start">Where the token begins in its sentence, in UTF-16 code units.</param>
/// <param name="Length">Its UTF-16 code units.</param>
/// <param name="Logit">Higher is more worth keeping.</param>
public readonly record struct WordLogit(int Start, int Length, float Logit);
