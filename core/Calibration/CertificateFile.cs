using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLlm.Core.Calibration;

/// <summary>A certificate whose last field is the hash of all others.</summary>
internal interface ICertificate<TSelf>
{
    string Sha256 { get; }

    TSelf WithSha256(string sha256);
}

/// <summary>Certificates as files: their form, their version, and the hash that makes a change by hand show.</summary>
internal static class CertificateFile
{
    private static readonly JsonSerializerOptions AnyLayout = new(JsonSerializerDefaults.Web);

    /// <summary>How they are written; the hash is of these bytes.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Reads a certificate; what it states is for its own kind to check.</summary>
    /// <exception cref="InvalidDataException">Not a certificate, of another version, or changed since it was written; the message says which.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8Json, int currentVersion, JsonSerializerOptions json)
        where T : class, ICertificate<T>
    {
        T certificate;
        try
        {
            // Asked first: another layout may well lack fields that this one requires.
            if (JsonSerializer.Deserialize<OfVersion>(utf8Json, AnyLayout) is { Version: { } version } && version != currentVersion)
                throw new InvalidDataException($"the certificate has version {version}, this build reads {currentVersion}: calibrate again");
            certificate = JsonSerializer.Deserialize<T>(utf8Json, json) ?? throw new InvalidDataException("the certificate is empty");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("the certificate is not in the expected form: " + error.Message, error);
        }

        if (certificate.Sha256 != Hash(certificate, json))
            throw new InvalidDataException("the certificate was changed after it was written: its hash does not fit; calibrate again");
        return certificate;
    }

    /// <summary>The certificate as a file, with its hash.</summary>
    public static byte[] Write<T>(T certificate, JsonSerializerOptions json)
        where T : class, ICertificate<T> => JsonSerializer.SerializeToUtf8Bytes(certificate.WithSha256(Hash(certificate, json)), json);

    private static string Hash<T>(T certificate, JsonSerializerOptions json)
        where T : class, ICertificate<T> => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(certificate.WithSha256(string.Empty), json)));

    private sealed record OfVersion(int? Version);
}
