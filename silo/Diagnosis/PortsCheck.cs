using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Whether the ports of the API and of the cluster can be listened on, or a gateway of this set-up runs and listens there.</summary>
internal sealed class PortsCheck : ICheck
{
    public string Name => "ports";

    public async Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var runs = false;
        foreach (var (url, fault) in ListenAddresses.Probe(setUp.Settings.Urls))
        {
            var own = fault is not null && await RunningGateway.AnswersAsync(ListenAddresses.ToReach(url), cancellationToken);
            runs |= own;
            findings.Add(
                own ? new Finding(Name, Severity.Ok, $"a gateway is running at {url}")
                : fault is not null ? Of(fault)
                : new Finding(Name, Severity.Ok, $"{url} is free"));
        }

        // Those of the cluster speak no HTTP: a gateway that runs has them.
        findings.AddRange(ClusterEndpoints.Of(setUp.Options<ClusterSettings>(), alone: setUp.Options<StoreOptions>().Redis is null).Faults()
            .Select(f => runs && f.IsTaken ? new Finding(Name, Severity.Ok, $"{f.Text}, by the gateway that is running") : Of(f)));
        return findings;
    }

    private Finding Of(ListenFault fault) => new(Name, Severity.Fault, fault.Text, fault.Fix);
}
