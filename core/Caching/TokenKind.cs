namespace OrleansLlm.Core.Caching;

/// <summary>What a token of a question is written with.</summary>
internal enum TokenKind
{
    Word,

    /// <summary>Digits, with their separators.</summary>
    Number,

    /// <summary>A currency or percent sign.</summary>
    Sign,
}
