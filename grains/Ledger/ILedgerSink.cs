namespace OrleansLlm.Grains.Ledger;

/// <summary>Takes a silo's ledger entries. Each gets all of them, in order, at its own pace, some more than once.</summary>
public interface ILedgerSink
{
    /// <summary>For logs.</summary>
    string Name { get; }

    /// <summary>Takes entries (UTF-8 JSON, one a line) and returns once they are stored. Throws where some may not be: then all come again.</summary>
    Task DeliverAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken);
}
