using OrleansLlm.Client.Pages.Charts;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Pages.Savings;

/// <summary>All figures of the savings page.</summary>
public sealed class SavingsView
{
    private const int MostPromises = 10;

    internal SavingsView(
        SavingsPeriod period, string tenant, IReadOnlyList<TenantFigures> tenants, PageSums sums, LatestRequests latest, (IReadOnlyList<TopQuestion> ByMoney, IReadOnlyList<TopQuestion> ByCount) top,
        bool simulated)
    {
        Period = period;
        Tenant = tenant;
        Tenants = tenants;
        Report = sums.Report;
        Forecast = sums.Forecast;
        Routed = sums.Routed;
        Models = [.. sums.Models.Select(static m => new ModelPair(m.Key.Requested, m.Key.Used, m.Value)).OrderByDescending(static m => m.Sums.Requests)];
        Latest = latest;
        Top = top;
        Simulated = simulated;
        var total = Report.Total;
        Usd = FigureFormat.Rounded(new MoneyWaterfall(total.BaselineUsd, total.Saved.Cache, total.Saved.Routing, total.Saved.Compression, total.CostUsd));
        Steps = SavingsStep.Of(period, Report.ByHour);
    }

    internal SavingsPeriod Period { get; }

    /// <summary>The tenant asked for; empty for all that the user may see.</summary>
    internal string Tenant { get; }

    internal IReadOnlyList<TenantFigures> Tenants { get; }

    internal SavingsReport Report { get; }

    internal MonthForecast? Forecast { get; }

    internal LatestRequests Latest { get; }

    /// <summary>Questions of the latest requests.</summary>
    internal (IReadOnlyList<TopQuestion> ByMoney, IReadOnlyList<TopQuestion> ByCount) Top { get; }

    /// <summary>Tenants with hits by meaning or verdicts on them, those with the most verdicts first; the one that is looked at in any case.</summary>
    internal IReadOnlyList<TenantFigures> Promises =>
    [
        .. Tenants.Where(t => t.Risk is { } risk && (Tenants.Count == 1 || t.Sums.SemanticHits > 0 || risk.Labels > 0 || risk.Reported > 0))
            .OrderByDescending(static t => t.Risk!.Labels).ThenByDescending(static t => t.Sums.SemanticHits).Take(MostPromises),
    ];

    /// <summary>Tenants with hits by meaning beyond <see cref="Promises"/>.</summary>
    internal int MorePromises => Tenants.Count(static t => t.Sums.SemanticHits > 0) - Promises.Count(static t => t.Sums.SemanticHits > 0);

    /// <summary>Whether some layer looked on in shadow mode.</summary>
    internal bool HasShadow => Report.Total.ShadowSaved != default;

    /// <summary>Whether the simulator answers some model.</summary>
    internal bool Simulated { get; }

    /// <summary>The waterfall, rounded as it is printed.</summary>
    internal MoneyWaterfall Usd { get; }

    internal IReadOnlyList<SavingsStep> Steps { get; }

    internal int Digits => FigureFormat.Digits(Usd);

    /// <summary>Calls of requests that a model answered.</summary>
    internal long Called => Report.Total.Misses + Report.Total.Bypassed;

    /// <summary>Those of them that a cheaper or dearer model than the requested one answered.</summary>
    internal long Routed { get; }

    /// <summary>For each day of the period, the tenant whose bound was the highest; null on days before the first label.</summary>
    internal IReadOnlyList<(DateOnly Day, string Tenant, RiskDay? Risk)> Bounds
    {
        get
        {
            var first = DateOnly.FromDateTime(Period.From.UtcDateTime);
            return
            [
                .. Enumerable.Range(0, Period.Days).Select(i => first.AddDays(i)).Select(day =>
                {
                    // What was not counted on a day stands as it stood before.
                    var (tenant, risk) = Tenants.Select(t => (t.Name, Risk: t.RiskDays.LastOrDefault(r => r.Day <= day && r.Labels > 0)))
                        .OrderByDescending(static t => t.Risk?.UpperBound ?? -1).First();
                    return (day, tenant, risk);
                }),
            ];
        }
    }

    /// <summary>Requested and used models, the most requests first.</summary>
    internal IReadOnlyList<ModelPair> Models { get; }
}

/// <summary>Figures of one tenant.</summary>
/// <param name="Name">The tenant.</param>
/// <param name="Sums">Of the period.</param>
/// <param name="Risk">The promise per hit; null where it is not read.</param>
/// <param name="RiskDays">How it stood on past days, oldest first.</param>
/// <param name="Routing">How its requests are routed; null where that is not read.</param>
/// <param name="MostServed">Answers that the cache gave most often.</param>
internal sealed record TenantFigures(
    string Name, LedgerSums Sums, RiskStatus? Risk, IReadOnlyList<RiskDay> RiskDays, RoutingSummary? Routing, IReadOnlyList<MostServedAnswer> MostServed);

/// <summary>Sums of a pair of models.</summary>
internal sealed record ModelPair(string Requested, string Used, LedgerSums Sums);
