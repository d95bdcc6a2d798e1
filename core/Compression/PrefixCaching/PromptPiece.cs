namespace OrleansLlm.Core.Compression.PrefixCaching;

/// <summary>A stretch of a prompt, equal to another one exactly where their bytes are.</summary>
/// <param name="Content">Identifies the bytes.</param>
/// <param name="Tokens">Their tokens.</param>
public readonly record struct PromptPiece(string Content, int Tokens);
