using System.Buffers.Text;
using System.Security.Cryptography;

namespace OrleansLlm.Core.Tenants;

/// <summary>The key as its holder has it: <c>olk_</c>, the id in 16 hexadecimal digits, <c>_</c>, 256 random bits in Base64Url.</summary>
public static class KeyText
{
    public const string Prefix = "olk_";
    private const int IdBytes = 8;
    private const int IdLength = 2 * IdBytes;
    private const int SecretBytes = 32;
    private const int SecretLength = 43;

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));

    /// <summary>A new key of an id. Shown once, kept nowhere.</summary>
    public static string New(string id) => Visible(id) + "_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The part that may be shown.</summary>
    public static string Visible(string id) => Prefix + id;

    /// <summary>The id in what a caller presents; null where it is no key of this kind.</summary>
    public static string? IdOf(string? text)
    {
        if (text is null || text.Length != Prefix.Length + IdLength + 1 + SecretLength || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length + IdLength] != '_')
            return null;
        var id = text.Substring(Prefix.Length, IdLength);
        return id.All(char.IsAsciiHexDigitLower) ? id : null;
    }
}
