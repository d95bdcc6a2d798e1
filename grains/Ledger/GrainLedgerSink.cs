using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Grains.Ledger;

/// <summary>Hands entries to the tenants' ledger grains.</summary>
internal sealed class GrainLedgerSink(IGrainFactory grains) : ILedgerSink
{
    public string Name => "ledger";

    public Task DeliverAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        var byTenant = new Dictionary<string, List<ReadOnlyMemory<byte>>>(StringComparer.Ordinal);
        foreach (var line in LedgerLine.Split(lines))
        {
            if (LedgerLine.TenantOf(line.Span) is not { } tenant)
                continue;
            if (!byTenant.TryGetValue(tenant, out var ofTenant))
                byTenant[tenant] = ofTenant = [];
            ofTenant.Add(line);
        }

        return Task.WhenAll(byTenant.Select(t => grains.GetGrain<ILedgerGrain>(t.Key).AppendAsync(LedgerLine.Join(t.Value))));
    }
}
