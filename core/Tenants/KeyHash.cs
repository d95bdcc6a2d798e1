using System.Security.Cryptography;
using System.Text;

namespace OrleansLlm.Core.Tenants;

/// <summary>
/// What is kept of a key: HMAC-SHA256 under a salt of its own. A slow hash would protect secrets that people choose; these are 256 random bits, which
/// nobody tries out, and a slow hash on every request would be an attacker's lever.
/// </summary>
public sealed record KeyHash(byte[] Salt, byte[] Value)
{
    private const int SaltBytes = 16;

    private static readonly KeyHash Nobody = Of("nobody");

    public static KeyHash Of(string text)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new KeyHash(salt, HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Compares in constant time.</summary>
    public bool Matches(string text) => CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Salt, Encoding.UTF8.GetBytes(text)), Value);

    /// <summary>Takes as long as <see cref="Matches"/>: whether there is a key of an id must not show in how soon it is refused.</summary>
    public static void MatchNobody(string text) => Nobody.Matches(text);
}
