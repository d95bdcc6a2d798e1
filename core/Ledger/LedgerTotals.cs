using System.Text.Json;

namespace OrleansLlm.Core.Ledger;

/// <summary>
/// Running totals by hour, project and model. Two of them merge into one in any order, so silos can count alone and one book can add up.
/// Not safe for concurrent use: one writer owns it.
/// </summary>
public sealed class LedgerTotals
{
    /// <summary>Stands for a project's further models once an hour holds <see cref="MaxModelsPerHour"/> pairs.</summary>
    public const string OtherModels = "(other)";

    /// <summary>
    /// Model names come from callers: a stream of invented ones must not grow the books without end. Of as many projects further models are told apart
    /// by project.
    /// </summary>
    public const int MaxModelsPerHour = 256;

    private static readonly LedgerCellKey Others = OthersOf(null);

    private readonly SortedDictionary<DateTimeOffset, Dictionary<LedgerCellKey, LedgerSums>> _hours = [];

    public bool IsEmpty => _hours.Count == 0;

    /// <summary>Counts <paramref name="entry"/> and returns the cell it stands in now.</summary>
    public LedgerCell Add(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var hour = HourOf(entry.At);
        var cells = CellsOf(hour);
        var key = Bounded(cells, new(entry.ProjectId, entry.RequestedModel, entry.UsedModel));
        var now = cells[key] = cells.GetValueOrDefault(key, LedgerSums.Zero).With(entry);
        return CellOf(hour, key, now);
    }

    /// <summary>Takes in a cell of another book, whose bounds it was counted within.</summary>
    public void Add(LedgerCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Add(HourOf(cell.Hour), new(cell.ProjectId, cell.RequestedModel, cell.UsedModel), cell.Sums);
    }

    public void Merge(LedgerTotals other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other))
            throw new ArgumentException("Totals merged into themselves would count every request twice.", nameof(other));
        foreach (var (hour, models) in other._hours)
        {
            foreach (var (key, sums) in models)
                Add(hour, key, sums);
        }
    }

    /// <summary>Cells of whole hours that start in [<paramref name="from"/>'s hour, <paramref name="to"/>), oldest first.</summary>
    public IEnumerable<LedgerCell> Cells(DateTimeOffset from, DateTimeOffset to)
    {
        var start = HourOf(from);
        return _hours.Where(h => h.Key >= start && h.Key < to).SelectMany(static h => h.Value.Select(m => CellOf(h.Key, m.Key, m.Value)));
    }

    /// <summary>Sums of whole hours that start in [<paramref name="from"/>'s hour, <paramref name="to"/>), by hour, model and layer.</summary>
    public SavingsReport Report(DateTimeOffset from, DateTimeOffset to)
    {
        var tally = new SavingsTally();
        foreach (var cell in Cells(from, to))
            tally.Add(cell);
        return tally.Report(from, to);
    }

    /// <summary>All cells as UTF-8 JSON; money keeps every decimal.</summary>
    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(
        _hours.SelectMany(h => h.Value.Select(m => CellOf(h.Key, m.Key, m.Value))).ToArray(), LedgerJson.Default.LedgerCellArray);

    /// <summary>Reads what <see cref="ToUtf8Json"/> wrote.</summary>
    /// <exception cref="JsonException">The text is something else.</exception>
    public static LedgerTotals FromUtf8Json(ReadOnlySpan<byte> utf8Json)
    {
        var totals = new LedgerTotals();
        foreach (var cell in JsonSerializer.Deserialize(utf8Json, LedgerJson.Default.LedgerCellArray) ?? [])
            totals.Add(cell);
        return totals;
    }

    private static LedgerCell CellOf(DateTimeOffset hour, LedgerCellKey key, LedgerSums sums) => new(hour, key.RequestedModel, key.UsedModel, sums, key.ProjectId);

    internal static DateTimeOffset HourOf(DateTimeOffset at)
    {
        var utc = at.ToUniversalTime();
        return new DateTimeOffset(utc.Year, utc.Month, utc.Day, utc.Hour, 0, 0, TimeSpan.Zero);
    }

    private void Add(DateTimeOffset hour, LedgerCellKey key, LedgerSums sums)
    {
        var cells = CellsOf(hour);
        cells[key] = cells.GetValueOrDefault(key, LedgerSums.Zero) + sums;
    }

    private Dictionary<LedgerCellKey, LedgerSums> CellsOf(DateTimeOffset hour)
    {
        if (!_hours.TryGetValue(hour, out var cells))
            _hours[hour] = cells = [];
        return cells;
    }

    // Where what belongs to a key is counted.
    private static LedgerCellKey Bounded(Dictionary<LedgerCellKey, LedgerSums> cells, LedgerCellKey key)
    {
        if (cells.Count < MaxModelsPerHour || cells.ContainsKey(key))
            return key;
        var others = cells.Keys.Count(static k => k == OthersOf(k.ProjectId));
        if (cells.Count - others < MaxModelsPerHour)
            return key;
        var ofProject = OthersOf(key.ProjectId);
        return cells.ContainsKey(ofProject) || others < MaxModelsPerHour ? ofProject : Others;
    }

    private static LedgerCellKey OthersOf(string? project) => new(project, OtherModels, OtherModels);
}
