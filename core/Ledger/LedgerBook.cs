namespace OrleansLlm.Core.Ledger;

/// <summary>
/// The books of one tenant: sums by hour, and how far each writer's entries stand in them. A writer's entries come in the order of their
/// sequence numbers, some perhaps again; so whatever is not beyond its mark was counted before. Not safe for concurrent use: one writer owns it.
/// </summary>
/// <param name="marks">The last sequence number counted of each writer.</param>
public sealed class LedgerBook(IEnumerable<KeyValuePair<string, long>> marks)
{
    private readonly Dictionary<string, long> _marks = new(marks, StringComparer.Ordinal);
    private readonly SortedDictionary<DateOnly, LedgerTotals> _days = [];

    /// <summary>The last sequence number counted of each writer.</summary>
    public IReadOnlyDictionary<string, long> Marks => _marks;

    /// <summary>Days whose sums are held; only to these entries can be added.</summary>
    public IReadOnlyCollection<DateOnly> Days => _days.Keys;

    /// <summary>Sequence numbers that were passed over: entries that a writer made and that never came.</summary>
    public long Missing { get; private set; }

    public static DateOnly DayOf(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return DateOnly.FromDateTime(entry.At.UtcDateTime);
    }

    /// <summary>Takes in what was counted of a day before.</summary>
    public void Load(DateOnly day, IEnumerable<LedgerCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var totals = _days[day] = new LedgerTotals();
        foreach (var cell in cells)
            totals.Add(cell);
    }

    /// <summary>Lets go of the oldest days beyond <paramref name="most"/>.</summary>
    public void Unload(int most)
    {
        while (_days.Count > most)
            _days.Remove(_days.Keys.First());
    }

    /// <summary>Whether the entry was not counted yet.</summary>
    public bool IsNew(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Sequence > _marks.GetValueOrDefault(entry.Writer);
    }

    /// <summary>Counts entries, all new, of loaded days, in order; returns what is to be stored of them. A book whose batch could not be stored is wrong from then on.</summary>
    public LedgerBatch Add(IEnumerable<(LedgerEntry Entry, ReadOnlyMemory<byte> Line)> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var lines = new Dictionary<DateOnly, List<ReadOnlyMemory<byte>>>();
        var cells = new Dictionary<(DateTimeOffset, LedgerCellKey), LedgerCell>();
        var marks = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (entry, line) in entries)
        {
            var day = DayOf(entry);
            var cell = _days[day].Add(entry);
            cells[(cell.Hour, new(cell.ProjectId, cell.RequestedModel, cell.UsedModel))] = cell;
            if (!lines.TryGetValue(day, out var ofDay))
                lines[day] = ofDay = [];
            ofDay.Add(line);
            Missing += entry.Sequence - _marks.GetValueOrDefault(entry.Writer) - 1;
            marks[entry.Writer] = _marks[entry.Writer] = entry.Sequence;
        }

        return new LedgerBatch(lines, cells.Values, marks);
    }

    /// <summary>The sums of a loaded day.</summary>
    public LedgerTotals Totals(DateOnly day) => _days[day];
}
