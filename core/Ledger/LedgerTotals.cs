using System.Text.Json;

namespace OrleansLlm.Core.Ledger;

/// <summary>
/// Running totals by hour and model. Two of them merge into one in any order, so silos can count alone and one book can add up.
/// Not safe for concurrent use: one writer owns it.
/// </summary>
public sealed class LedgerTotals
{
    /// <summary>Stands for further models once an hour holds <see cref="MaxModelsPerHour"/> pairs.</summary>
    public const string OtherModels = "(other)";

    /// <summary>Model names come from callers: a stream of invented ones must not grow the books without end.</summary>
    public const int MaxModelsPerHour = 256;

    private readonly SortedDictionary<DateTimeOffset, Dictionary<(string Requested, string Used), LedgerSums>> _hours = [];

    public bool IsEmpty => _hours.Count == 0;

    public void Add(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Add(HourOf(entry.At), (entry.RequestedModel, entry.UsedModel), LedgerSums.Of(entry));
    }

    public void Merge(LedgerTotals other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other))
            throw new ArgumentException("Totals merged into themselves would count every request twice.", nameof(other));
        foreach (var (hour, models) in other._hours)
        {
            foreach (var (pair, sums) in models)
                Add(hour, pair, sums);
        }
    }

    /// <summary>Forgets hours that ended before <paramref name="instant"/>; returns how many.</summary>
    public int DropBefore(DateTimeOffset instant)
    {
        var old = _hours.Keys.Where(h => h.AddHours(1) <= instant).ToList();
        old.ForEach(h => _hours.Remove(h));
        return old.Count;
    }

    /// <summary>Sums of whole hours that start in [<paramref name="from"/>'s hour, <paramref name="to"/>), by hour, model and layer.</summary>
    public SavingsReport Report(DateTimeOffset from, DateTimeOffset to)
    {
        var start = HourOf(from);
        var total = LedgerSums.Zero;
        var hours = new List<HourSums>();
        var used = new SortedDictionary<string, LedgerSums>(StringComparer.Ordinal);
        var requested = new SortedDictionary<string, LedgerSums>(StringComparer.Ordinal);
        foreach (var (hour, models) in _hours)
        {
            if (hour < start || hour >= to)
                continue;
            var inHour = LedgerSums.Zero;
            foreach (var (pair, sums) in models)
            {
                inHour += sums;
                used[pair.Used] = used.GetValueOrDefault(pair.Used, LedgerSums.Zero) + sums;
                requested[pair.Requested] = requested.GetValueOrDefault(pair.Requested, LedgerSums.Zero) + sums;
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
            ByHour = hours,
        };
    }

    /// <summary>All cells as UTF-8 JSON; money keeps every decimal.</summary>
    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(
        _hours.SelectMany(h => h.Value.Select(m => new LedgerCell(h.Key, m.Key.Requested, m.Key.Used, m.Value))).ToArray(),
        LedgerJson.Default.LedgerCellArray);

    /// <summary>Reads what <see cref="ToUtf8Json"/> wrote.</summary>
    /// <exception cref="JsonException">The text is something else.</exception>
    public static LedgerTotals FromUtf8Json(ReadOnlySpan<byte> utf8Json)
    {
        var totals = new LedgerTotals();
        foreach (var cell in JsonSerializer.Deserialize(utf8Json, LedgerJson.Default.LedgerCellArray) ?? [])
            totals.Add(HourOf(cell.Hour), (cell.RequestedModel, cell.UsedModel), cell.Sums);
        return totals;
    }

    private static DateTimeOffset HourOf(DateTimeOffset at)
    {
        var utc = at.ToUniversalTime();
        return new DateTimeOffset(utc.Year, utc.Month, utc.Day, utc.Hour, 0, 0, TimeSpan.Zero);
    }

    private void Add(DateTimeOffset hour, (string Requested, string Used) pair, LedgerSums sums)
    {
        if (!_hours.TryGetValue(hour, out var models))
            _hours[hour] = models = [];
        if (!models.ContainsKey(pair) && models.Count >= MaxModelsPerHour)
            pair = (OtherModels, OtherModels);
        models[pair] = models.GetValueOrDefault(pair, LedgerSums.Zero) + sums;
    }
}
