namespace OrleansLlm.Core.Ledger;

/// <summary>
/// Adds up cells of any number of tenants for a report. It holds sums by hour, by pair of models and by project, none of the cells, so that many tenants take
/// no more room than one. Not safe for concurrent use.
/// </summary>
public sealed class SavingsTally
{
    /// <summary>Pairs of models told apart; further ones count as <see cref="LedgerTotals.OtherModels"/>. Names come from callers.</summary>
    public const int MaxModelPairs = 1024;

    private static readonly (string Requested, string Used) Others = (LedgerTotals.OtherModels, LedgerTotals.OtherModels);

    private readonly SortedDictionary<DateTimeOffset, LedgerSums> _hours = [];
    private readonly Dictionary<(string Requested, string Used), LedgerSums> _models = [];
    private readonly SortedDictionary<string, LedgerSums> _projects = new(StringComparer.Ordinal);

    /// <summary>Sums by requested and used model.</summary>
    public IReadOnlyDictionary<(string Requested, string Used), LedgerSums> Models => _models;

    public void Add(LedgerCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var models = (cell.RequestedModel, cell.UsedModel);
        if (_models.Count >= MaxModelPairs && !_models.ContainsKey(models))
            models = Others;
        var project = cell.ProjectId ?? string.Empty;
        _hours[cell.Hour] = _hours.GetValueOrDefault(cell.Hour, LedgerSums.Zero) + cell.Sums;
        _models[models] = _models.GetValueOrDefault(models, LedgerSums.Zero) + cell.Sums;
        _projects[project] = _projects.GetValueOrDefault(project, LedgerSums.Zero) + cell.Sums;
    }

    /// <summary>All that was added, as the report of the whole hours that start in [<paramref name="from"/>'s hour, <paramref name="to"/>).</summary>
    public SavingsReport Report(DateTimeOffset from, DateTimeOffset to)
    {
        var total = _hours.Values.Aggregate(LedgerSums.Zero, LedgerSums.Add);
        return new SavingsReport
        {
            From = LedgerTotals.HourOf(from),
            To = to.ToUniversalTime(),
            Total = total,
            ByLayer = LayerSaving.Of(total),
            ByModel = ByName(static m => m.Used),
            ByRequestedModel = ByName(static m => m.Requested),
            ByProject = [.. _projects.Select(static p => new ProjectSums(p.Key, p.Value))],
            ByDay =
            [
                .. _hours.GroupBy(static h => DateOnly.FromDateTime(h.Key.UtcDateTime))
                    .Select(static d => new DaySums(d.Key, d.Select(static h => h.Value).Aggregate(LedgerSums.Add))),
            ],
            ByHour = [.. _hours.Select(static h => new HourSums(h.Key, h.Value))],
        };
    }

    private List<ModelSums> ByName(Func<(string Requested, string Used), string> name) =>
    [
        .. _models.GroupBy(m => name(m.Key), StringComparer.Ordinal).OrderBy(static g => g.Key, StringComparer.Ordinal)
            .Select(static g => new ModelSums(g.Key, g.Select(static m => m.Value).Aggregate(LedgerSums.Add))),
    ];
}
