using System.Text.Json;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Ledger;

/// <summary>One JSON object a line, as the ledger keeps it.</summary>
internal sealed class LedgerJsonLines : ILedgerFormat
{
    public string Name => "jsonl";

    public string ContentType => "application/x-ndjson";

    public async Task WriteAsync(Stream output, IAsyncEnumerable<IReadOnlyList<LedgerEntry>> entries, CancellationToken cancellationToken)
    {
        await foreach (var part in entries.WithCancellation(cancellationToken))
        {
            foreach (var entry in part)
            {
                await JsonSerializer.SerializeAsync(output, entry, LedgerJson.Default.LedgerEntry, cancellationToken);
                await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
            }
        }
    }
}
