using System.Security.Cryptography;
using System.Text;

namespace OrleansLlm.Silo.Storage;

/// <summary>Names of folders for what callers name, tenants and shards among it, whose names are no names of files.</summary>
internal static class HashedName
{
    private const int Length = 32;

    public static string Of(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, Length / 2));

    /// <summary>Whether a folder's name may be one of ours.</summary>
    public static bool IsOne(string folder) => folder.Length == Length && folder.All(char.IsAsciiHexDigitLower);
}
