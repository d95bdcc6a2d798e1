using OrleansLlm.Core.Ledger.Budgets;

namespace OrleansLlm.Grains.Abstractions.Ledger;

/// <summary>A cap, see <see cref="BudgetLimit"/>.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.budget.cap.v1")]
public readonly record struct BudgetCap(
    [property: Id(0)] BudgetScope Scope, [property: Id(1)] string Subject, [property: Id(2)] BudgetWindow Window, [property: Id(3)] decimal LimitUsd)
{
    public static BudgetCap From(BudgetLimit limit)
    {
        ArgumentNullException.ThrowIfNull(limit);
        return new(limit.Scope, limit.Subject, limit.Window, limit.LimitUsd);
    }

    public BudgetLimit ToLimit() => new(Scope, Subject, Window, LimitUsd);
}

/// <summary>A call that wants to be made.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.budget.request.v1")]
public sealed class BudgetRequest
{
    /// <summary>Unique for the call; asking twice sets aside once.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The most that the call can cost, USD.</summary>
    [Id(1)]
    public required decimal MaxUsd { get; init; }

    /// <summary>How long the call may take; then it has cost its maximum.</summary>
    [Id(2)]
    public required TimeSpan Lease { get; init; }

    /// <summary>The caps it counts against.</summary>
    [Id(3)]
    public required BudgetCap[] Caps { get; init; }
}

public enum BudgetOutcome
{
    Granted,

    /// <summary>The call might exceed a cap.</summary>
    Refused,

    /// <summary>It cannot be stored, so it is not granted.</summary>
    Unavailable,
}

[GenerateSerializer, Immutable, Alias("orleansllm.budget.reply.v1")]
public sealed class BudgetReply
{
    [Id(0)]
    public required BudgetOutcome Outcome { get; init; }

    /// <summary>The cap that refused.</summary>
    [Id(1)]
    public BudgetCap? Cap { get; init; }

    /// <summary>What is left of it, USD.</summary>
    [Id(2)]
    public decimal AvailableUsd { get; init; }

    /// <summary>When its next window begins.</summary>
    [Id(3)]
    public DateTimeOffset ResetsAt { get; init; }
}

/// <param name="Id">The call's, as reserved.</param>
/// <param name="CostUsd">What it cost; null where nobody knows: then its maximum.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.budget.cost.v1")]
public readonly record struct BudgetCost([property: Id(0)] string Id, [property: Id(1)] decimal? CostUsd);

/// <summary>A cap and how far it is used.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.budget.status.v1")]
public readonly record struct BudgetStatus(
    [property: Id(0)] BudgetCap Cap,
    [property: Id(1)] DateTimeOffset WindowStart,
    [property: Id(2)] DateTimeOffset ResetsAt,
    [property: Id(3)] decimal SpentUsd,
    [property: Id(4)] decimal ReservedUsd);
