using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// What a router was shown to keep: calibration, threshold and bound, of which model, between which two and from which data. Its hash makes a change by hand show;
/// it is no signature, whoever may write the file may certify.
/// </summary>
public sealed record RouterCertificate : ICertificate<RouterCertificate>
{
    public const int CurrentVersion = 2;

    public required int Version { get; init; }

    /// <summary>Names router and embedder with the hashes of their files: scores of others are not these.</summary>
    public required string Model { get; init; }

    /// <summary>The model whose answers are enough for a simple question: the ladder's cheapest when it was made.</summary>
    public required string Cheapest { get; init; }

    /// <summary>The model that the others need: the ladder's strongest when it was made.</summary>
    public required string Strongest { get; init; }

    /// <summary>The kinds of costly questions that were left out, since the gateway keeps them up whatever their score: names of <see cref="StakesClassifier.Kinds"/>.</summary>
    public required IReadOnlyList<string> KeptUp { get; init; }

    /// <summary>Name of the golden file, without its folder.</summary>
    public required string Data { get; init; }

    /// <summary>SHA-256 of the golden file, lower-case hexadecimal.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>Questions that the calibration was fitted on.</summary>
    public required int FittedRows { get; init; }

    /// <summary>Other questions, that thresholds were tested on.</summary>
    public required int TestedRows { get; init; }

    /// <summary>P(simple) from which a question is routed down, in [0,1].</summary>
    public required double Threshold { get; init; }

    /// <summary>Tested questions at or above it.</summary>
    public required int Routed { get; init; }

    /// <summary>Those of them that needed the strong model.</summary>
    public required int Misrouted { get; init; }

    /// <summary>One-sided upper bound (Clopper-Pearson) of the misrouted share of the routed, in [0,1].</summary>
    public required double UpperBound { get; init; }

    /// <summary>The share that was asked for, in (0,1).</summary>
    public required double MaxMisrouteRate { get; init; }

    /// <summary>How surely the bound holds, in (0,1).</summary>
    public required double Confidence { get; init; }

    /// <summary>From the router's logit to P(simple).</summary>
    public required CalibrationMap Calibration { get; init; }

    /// <summary>Shares of the tested questions' P(simple) in [0,0.1), ... [0.9,1]: what later traffic is held against.</summary>
    public required IReadOnlyList<double> ScoreShares { get; init; }

    /// <summary>The day it was made, UTC.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>SHA-256 of all the above as it is written, lower-case hexadecimal.</summary>
    public string Sha256 { get; init; } = string.Empty;

    /// <summary>Reads a certificate.</summary>
    /// <exception cref="InvalidDataException">Not a certificate, of another version, or changed since it was written; the message says which.</exception>
    public static RouterCertificate Read(ReadOnlySpan<byte> utf8Json)
    {
        var certificate = CertificateFile.Read<RouterCertificate>(utf8Json, CurrentVersion, CertificateFile.Json);
        if (certificate.Calibration.Validate() is { } problem)
            throw new InvalidDataException("the certificate cannot be used: " + problem);
        if (certificate.Threshold is not (>= 0 and <= 1) || certificate.UpperBound > certificate.MaxMisrouteRate)
            throw new InvalidDataException("the certificate claims more than its bound: calibrate again");
        return certificate;
    }

    /// <summary>The certificate as a file, with its hash.</summary>
    public byte[] ToUtf8Json() => CertificateFile.Write(this, CertificateFile.Json);

    RouterCertificate ICertificate<RouterCertificate>.WithSha256(string sha256) => this with { Sha256 = sha256 };
}
