namespace OrleansLlm.Core.Tokens;

/// <summary>Counts tokens as the target model's provider bills them.</summary>
public interface ITokenCounter
{
    /// <summary>The encoding's name, e.g. <c>o200k_base</c>.</summary>
    string Encoding { get; }

    /// <summary>Number of tokens in <paramref name="text"/>; 0 for an empty text.</summary>
    int Count(ReadOnlySpan<char> text);
}
