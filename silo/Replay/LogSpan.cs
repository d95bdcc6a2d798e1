namespace OrleansLlm.Silo.Replay;

/// <summary>The days a log covers, gathered while it is read.</summary>
internal sealed class LogSpan
{
    private bool _incomplete;

    /// <summary>Earliest timestamp, UTC; null while there is none.</summary>
    public DateTimeOffset? First { get; private set; }

    /// <summary>Latest timestamp, UTC; null while there is none.</summary>
    public DateTimeOffset? Last { get; private set; }

    /// <summary>
    /// UTC calendar days from the first to the last request, both counted, quiet ones in between too.
    /// Null where a request has no timestamp: how long such a log took is unknown.
    /// </summary>
    public int? Days =>
        _incomplete || First is not { } first || Last is not { } last ? null : (last.UtcDateTime.Date - first.UtcDateTime.Date).Days + 1;

    /// <summary>Takes in one request.</summary>
    public void Add(DateTimeOffset? timestamp)
    {
        if (timestamp is not { } at)
        {
            _incomplete = true;
            return;
        }

        First = First is { } first && first <= at ? first : at;
        Last = Last is { } last && last >= at ? last : at;
    }
}
