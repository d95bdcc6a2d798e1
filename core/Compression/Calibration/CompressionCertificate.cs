using System.Text.Json;
using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Compression.Calibration;

/// <summary>
/// What became of golden questions at each keep rate, of which model and under which compressor. A quality floor takes its rate from it. Its hash
/// makes a change by hand show; it is no signature, whoever may write the file may certify.
/// </summary>
public sealed record CompressionCertificate : ICertificate<CompressionCertificate>
{
    public const int CurrentVersion = 2;

    private static readonly JsonSerializerOptions Json = new(CertificateFile.Json) { IgnoreReadOnlyProperties = true };

    public required int Version { get; init; }

    /// <summary>Names the compressor (<see cref="CompressionSettings.CompressorId"/>): another one leaves out other sentences.</summary>
    public required string Compressor { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the golden file, without its folder.</summary>
    public required string Data { get; init; }

    /// <summary>SHA-256 of the golden file, lower-case hexadecimal.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>How surely a rate keeps what it is chosen for, in (0,1).</summary>
    public required double Confidence { get; init; }

    /// <summary>The rates that were tried.</summary>
    public required IReadOnlyList<RateOutcome> Rates { get; init; }

    /// <summary>The day it was made, UTC.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>SHA-256 of all the above as it is written, lower-case hexadecimal.</summary>
    public string Sha256 { get; init; } = string.Empty;

    /// <summary>Reads a certificate.</summary>
    /// <exception cref="InvalidDataException">Not a certificate, of another version, or changed since it was written; the message says which.</exception>
    public static CompressionCertificate Read(ReadOnlySpan<byte> utf8Json)
    {
        var certificate = CertificateFile.Read<CompressionCertificate>(utf8Json, CurrentVersion, Json);
        if (certificate.Confidence is not (> 0 and < 1) || certificate.Rates.Any(r => r.KeepRate is not (> 0 and < 1) || r.Lost < 0 || r.Lost > r.Right || r.Right > r.Questions))
            throw new InvalidDataException("the certificate states what cannot be: calibrate again");
        return certificate;
    }

    /// <summary>The strongest keep rate at which the share of the right answers that compression leaves right is surely no lower than <paramref name="floor"/>; null where there is none.</summary>
    /// <param name="floor">Above 0 and below 1. To be fixed before the outcome is looked at.</param>
    public double? RateFor(double floor) => CompressionCalibration.Choose(Rates, 1 - floor, 1 - Confidence)?.KeepRate;

    /// <summary>The certificate as a file, with its hash.</summary>
    public byte[] ToUtf8Json() => CertificateFile.Write(this, Json);

    CompressionCertificate ICertificate<CompressionCertificate>.WithSha256(string sha256) => this with { Sha256 = sha256 };
}
