using System.Text.Json;

namespace OrleansLlm.Core.Ledger;

/// <summary>What a period cost and what each layer saved in it; the answer of <c>GET /admin/v1/savings</c>.</summary>
public sealed record SavingsReport
{
    /// <summary>Start of the first hour, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Hours that start at or after this instant are left out, UTC.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Version of the price list the running process uses; entries keep the price of their day.</summary>
    public string? PriceVersion { get; init; }

    /// <summary>Sums of the whole period.</summary>
    public required LedgerSums Total { get; init; }

    /// <summary>The waterfall from baseline to cost: cache, routing, compression.</summary>
    public required IReadOnlyList<LayerSaving> ByLayer { get; init; }

    /// <summary>By the model that answered, sorted by name.</summary>
    public required IReadOnlyList<ModelSums> ByModel { get; init; }

    /// <summary>By the model that was asked for, sorted by name.</summary>
    public required IReadOnlyList<ModelSums> ByRequestedModel { get; init; }

    /// <summary>By project, sorted by name; one without a name where credentials name none.</summary>
    public required IReadOnlyList<ProjectSums> ByProject { get; init; }

    /// <summary>By tenant, sorted by name; null where the sums are of no tenants told apart.</summary>
    public IReadOnlyList<TenantSums>? ByTenant { get; init; }

    /// <summary>By day, UTC, oldest first; days without requests are absent.</summary>
    public required IReadOnlyList<DaySums> ByDay { get; init; }

    /// <summary>Oldest first; hours without requests are absent.</summary>
    public required IReadOnlyList<HourSums> ByHour { get; init; }

    /// <summary>The report as UTF-8 JSON with snake_case names.</summary>
    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, LedgerJson.Default.SavingsReport);

    /// <summary>Reads what <see cref="ToUtf8Json"/> wrote.</summary>
    /// <exception cref="JsonException">The text is something else.</exception>
    public static SavingsReport FromUtf8Json(ReadOnlySpan<byte> utf8Json) =>
        JsonSerializer.Deserialize(utf8Json, LedgerJson.Default.SavingsReport) ?? throw new JsonException("A report is expected, not null.");
}
