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

    /// <summary>Sums of whole hours that start in [<paramref name="from"/>'s hour, <paramref name="to"/>), by hour, model and layer.</summary>
    public SavingsReport Report(DateTimeOffset from, DateTimeOffset to)
    {
        var start = HourOf(from);
        var total = LedgerSums.Zero;
        var hours = new List<HourSums>();
        var used = new SortedDictionary<string, LedgerSums>(StringComparer.Ordinal);
        var projects = new SortedDictionary<string, LedgerSums>(StringComparer.Ordinal);
        var requested = new SortedDictionary<string, LedgerSums>(StringComparer.Ordinal);
        foreach (var (hour, models) in _hours)
        {
            if (hour < start || hour >= to)
                continue;
            var inHour = LedgerSums.Zero;
            foreach (var (key, sums) in models)
            {
                inHour += sums;
                used[key.UsedModel] = used.GetValueOrDefault(key.UsedModel, LedgerSums.Zero) + sums;
                requested[key.RequestedModel] = requested.GetValueOrDefault(key.RequestedModel, LedgerSums.Zero) + sums;
                var project = key.ProjectId ?? string.Empty;
                projects[project] = projects.GetValueOrDefault(project, LedgerSums.Zero) + sums;
            }

            total += inHour;
            hours.Add(new HourSums(hour, inHour));
        }

        return new SavingsReport
        {
            From = start,
            To = to.ToUniversalTime(),
            Total = total,
            ByLayer = LayerSaving.Of(total),
            ByModel = [.. used.Select(m => new ModelSums(m.Key, m.Value))],
            ByRequestedModel = [.. requested.Select(m => new ModelSums(m.Key, m.Value))],
            ByProject = [.. projects.Select(p => new ProjectSums(p.Key, p.Value))],
            ByDay =
            [
                .. hours.GroupBy(static h => DateOnly.FromDateTime(h.Hour.UtcDateTime))
                    .Select(static d => new DaySums(d.Key, d.Select(static h => h.Sums).Aggregate(LedgerSums.Add))),
            ],
            ByHour = hours,
        };
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

    private static DateTimeOffset HourOf(DateTimeOffset at)
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
        if (cells.ContainsKey(key))
            return key;
        var others = cells.Keys.Count(static k => k == OthersOf(k.ProjectId));
        if (cells.Count - others < MaxModelsPerHour)
            return key;
        var ofProject = OthersOf(key.ProjectId);
        return cells.ContainsKey(ofProject) || others < MaxModelsPerHour ? ofProject : Others;
    }

    private static LedgerCellKey OthersOf(string? project) => new(project, OtherModels, OtherModels);
}
