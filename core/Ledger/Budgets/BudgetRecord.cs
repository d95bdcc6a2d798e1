using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLlm.Core.Ledger.Budgets;

/// <summary>One line of a budget book's log: exactly one of its parts is set.</summary>
public sealed record BudgetRecord
{
    /// <summary>The whole book, in place of all lines before.</summary>
    public BudgetSnapshot? Snapshot { get; init; }

    /// <summary>A call was granted.</summary>
    public BudgetReservation? Reserved { get; init; }

    /// <summary>A call ended.</summary>
    public BudgetSettlement? Settled { get; init; }

    /// <summary>An alert was delivered.</summary>
    public BudgetAlert? Alerted { get; init; }

    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, BudgetJson.Default.BudgetRecord);

    /// <summary>Reads what <see cref="ToUtf8Json"/> wrote; null where it is something else.</summary>
    public static BudgetRecord? FromUtf8Json(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8Json, BudgetJson.Default.BudgetRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A budget book at one moment.</summary>
public sealed record BudgetSnapshot(IReadOnlyList<BudgetAccount> Accounts, IReadOnlyList<BudgetReservation> Outstanding);

/// <param name="Id">The reservation's.</param>
/// <param name="CostUsd">What the call cost; null where nobody knows: then its maximum.</param>
public readonly record struct BudgetSettlement(string Id, decimal? CostUsd);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BudgetRecord))]
internal sealed partial class BudgetJson : JsonSerializerContext;
