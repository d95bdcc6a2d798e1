using System.Security.Cryptography;

namespace OrleansLlm.Inference;

/// <summary>Reads a file once and hands out its bytes only if their hash is the expected one, so that what was checked is what is used.</summary>
internal static class VerifiedFile
{
    /// <exception cref="ModelRefusedException">The file is missing, unreadable or differs.</exception>
    public static byte[] Read(string path, string sha256)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelRefusedException($"{path} cannot be read: {exception.Message}", exception);
        }

        var actual = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return string.Equals(actual, sha256, StringComparison.OrdinalIgnoreCase)
            ? bytes
            : throw new ModelRefusedException($"{path} has SHA-256 {actual} where the manifest says {sha256}: the file is damaged or of another release");
    }
}
