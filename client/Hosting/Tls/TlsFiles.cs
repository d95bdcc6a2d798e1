using System.Security.Cryptography;

namespace OrleansLlm.Client.Hosting.Tls;

/// <summary>The files of one side of a TLS connection, each named by a setting.</summary>
internal static class TlsFiles
{
    /// <summary>A certificate and its key; null where none is named, or after what is wrong was added to <paramref name="problems"/>.</summary>
    public static RenewedFiles<PemCertificate>? ReadCertificate(
        string? certificate, string? key, string certificateSetting, string keySetting, TimeProvider time, ICollection<string> problems)
    {
        if (certificate is null && key is null)
            return null;
        if (certificate is null || key is null)
        {
            problems.Add($"{certificateSetting} and {keySetting} go together: set both or neither.");
            return null;
        }

        return Read([certificate, key], [certificateSetting, keySetting], static t => PemCertificate.Parse(t[0], t[1]), time, problems);
    }

    /// <summary>Trusted issuers; null where none are named, or after what is wrong was added to <paramref name="problems"/>.</summary>
    public static RenewedFiles<CertificateTrust>? ReadTrust(string? file, string setting, TimeProvider time, ICollection<string> problems) =>
        file is null ? null : Read([file], [setting], static t => CertificateTrust.Parse(t[0]), time, problems);

    private static RenewedFiles<T>? Read<T>(string[] paths, string[] settings, Func<string[], T> parse, TimeProvider time, ICollection<string> problems)
        where T : class
    {
        var missing = Enumerable.Range(0, paths.Length).Where(i => !File.Exists(paths[i])).ToList();
        foreach (var i in missing)
            problems.Add($"{settings[i]} names '{paths[i]}', which is not there.");
        if (missing.Count > 0)
            return null;
        try
        {
            return new RenewedFiles<T>(paths, parse, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problems.Add($"{string.Join(" with ", settings)} cannot be used ({string.Join(", ", paths)}; PEM is expected): {e.Message}");
            return null;
        }
    }
}
