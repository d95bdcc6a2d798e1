namespace OrleansLlm.Core;

/// <summary>What may be a word of a language.</summary>
internal static class NaturalWord
{
    /// <summary>
    /// Characters of the longest. What is longer is a name or a key, in which one letter makes another one and is no typing error; of more than a hundred
    /// letters all are one and the same unknown token to the models.
    /// </summary>
    public const int Longest = 32;
}
