namespace OrleansLlm.Core.Caching;

/// <summary>Which rows a search may return, by their times; dead rows never pass.</summary>
/// <param name="Now">Rows whose expiry (UTC ticks) is not after this are left out.</param>
/// <param name="NotBefore">Rows created (UTC ticks) before this are left out.</param>
public readonly record struct VectorFilter(long Now, long NotBefore)
{
    /// <summary>Every live row, expired or not.</summary>
    public static VectorFilter Live => new(long.MinValue, long.MinValue);
}
