using System.Buffers;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Grains.Ledger;

/// <summary>Hands entries to the tenants' ledger grains.</summary>
internal sealed class GrainLedgerSink(IGrainFactory grains) : ILedgerSink
{
    public string Name => "ledger";

    public Task DeliverAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        var byTenant = new Dictionary<string, ArrayBufferWriter<byte>>(StringComparer.Ordinal);
        foreach (var line in LedgerLine.Split(lines))
        {
            if (LedgerLine.TenantOf(line.Span) is not { } tenant)
                continue;
            if (!byTenant.TryGetValue(tenant, out var ofTenant))
                byTenant[tenant] = ofTenant = new ArrayBufferWriter<byte>(lines.Length);
            ofTenant.Write(line.Span);
            ofTenant.Write("\n"u8);
        }

        return Task.WhenAll(byTenant.Select(t => grains.GetGrain<ILedgerGrain>(t.Key).AppendAsync(t.Value.WrittenSpan.ToArray())));
    }
}
