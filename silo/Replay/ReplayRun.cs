using OrleansLlm.Core.Logs;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Silo.Replay;

/// <summary>What a replay leaves behind for its report.</summary>
internal sealed record ReplayRun
{
    /// <summary>Name of the log as the user gave it.</summary>
    public required string Source { get; init; }

    /// <summary>One entry per replayed request, in the log's order.</summary>
    public required IReadOnlyList<LedgerEntry> Entries { get; init; }

    /// <summary>Lines that could not be replayed.</summary>
    public IReadOnlyList<LogLineProblem> Problems { get; init; } = [];

    /// <summary>The days the log covers; decides whether there is a projection.</summary>
    public LogSpan Span { get; init; } = new();

    /// <summary>True where the built-in simulator answered requests that had no recorded answer.</summary>
    public bool Simulated { get; init; }

    /// <summary>Version of the price list that the entries were priced with.</summary>
    public string? PriceVersion { get; init; }

    /// <summary>How long the replay took.</summary>
    public TimeSpan Elapsed { get; init; }
}
