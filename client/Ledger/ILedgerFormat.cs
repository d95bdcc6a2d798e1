using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Ledger;

/// <summary>A form in which entries leave.</summary>
internal interface ILedgerFormat
{
    /// <summary>Value of the <c>format</c> parameter and ending of a file.</summary>
    string Name { get; }

    string ContentType { get; }

    /// <summary>Writes all of <paramref name="entries"/>, in pieces as they come.</summary>
    Task WriteAsync(Stream output, IAsyncEnumerable<IReadOnlyList<LedgerEntry>> entries, CancellationToken cancellationToken);
}
