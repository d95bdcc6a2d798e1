using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Whether the ports of the API and of the cluster can be listened on.</summary>
internal sealed class PortsCheck : ICheck
{
    public string Name => "ports";

    public Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        var findings = ListenAddresses.Probe(setUp.Settings.Urls).Select(p => p.Fault is { } fault ? Of(fault) : new Finding(Name, Severity.Ok, $"{p.Url} is free")).ToList();
        findings.AddRange(ClusterEndpoints.Of(setUp.Options<ClusterSettings>(), alone: setUp.Options<StoreOptions>().Redis is null).Faults().Select(Of));
        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    private Finding Of(ListenFault fault) => new(Name, Severity.Fault, fault.Text, fault.Fix);
}
