using System.Globalization;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting.Tls;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Whether silos and APIs talk to each other in the clear, and how long their certificate still holds.</summary>
internal sealed class ClusterTlsCheck : ICheck
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public string Name => "cluster";

    public Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        var tls = ClusterTls.Read(setUp.Options<ClusterSettings>(), setUp.Time, []);
        if (tls is null)
        {
            // The embedded store has no cluster beside it.
            return Task.FromResult<IReadOnlyList<Finding>>(setUp.Options<StoreOptions>().Redis is null ? [] :
                [new Finding(Name, Severity.Ok, "no TLS between silos and APIs: their network must be closed to others (OrleansLlm:Cluster:TlsCertificateFile)")]);
        }

        var ends = new DateTimeOffset(tls.Certificate.NotAfter);
        var text = string.Create(CultureInfo.InvariantCulture, $"TLS as '{tls.Certificate.Subject}' until {ends.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        return Task.FromResult<IReadOnlyList<Finding>>(
            [ends - setUp.Time.GetUtcNow() < Soon ? new Finding(Name, Severity.Warning, text, "Renew it; the files are read again by themselves.") : new Finding(Name, Severity.Ok, text)]);
    }
}
