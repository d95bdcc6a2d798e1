using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Grains.Ledger;

/// <summary>Leave to make one call, or why it may not be made.</summary>
internal sealed record SpendPermit
{
    /// <summary>No cap holds.</summary>
    public static SpendPermit Free { get; } = new();

    /// <summary>Set where the call may not be made.</summary>
    public SpendRefusal? Refusal { get; init; }

    /// <summary>The reservation to settle; null where there is none.</summary>
    public string? ReservationId { get; init; }

    public string TenantId { get; init; } = string.Empty;

    public decimal MaxUsd { get; init; }

    /// <summary>The most that one try can cost.</summary>
    public decimal TryUsd { get; init; }

    /// <summary>The most tokens that the prompt can have, and the most that each of them can cost.</summary>
    public (long Tokens, decimal Usd) Prompt { get; init; }

    /// <summary>Tries that came to nothing before the one that counts, and may be billed.</summary>
    public int LostTries { get; init; }
}

/// <summary>Why a call may not be made, as its caller is told.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Of the error, in OpenAI's words.</param>
/// <param name="Code">Likewise.</param>
/// <param name="Message">In words.</param>
/// <param name="Headers">What goes with it.</param>
internal sealed record SpendRefusal(int Status, string Type, string Code, string Message, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    // OpenAI's clients repeat a 429 unless they are told that it is of no use; they leave out a retry-after of more than a minute.
    private static readonly KeyValuePair<string, string>[] NoUseToRetry = [new("x-should-retry", "false")];

    public static SpendRefusal OverBudget(BudgetLimit cap, decimal availableUsd, DateTimeOffset resetsAt) => new(
        429, "insufficient_quota", "insufficient_quota",
        FormattableString.Invariant(
            $"You exceeded your current quota: of the {cap.Window.ToString().ToLowerInvariant()}'s {cap.LimitUsd} USD of {Whose(cap)}, {Math.Max(0, availableUsd):0.######} are left, and this request may cost more. It begins anew at {resetsAt:yyyy-MM-ddTHH:mm:ssZ}; a lower max_completion_tokens may fit."),
        NoUseToRetry);

    public static SpendRefusal Unpriced(string model, ServiceTier tier) => new(
        403, "invalid_request_error", "model_not_priced", $"The model '{model}' has no price here{AtTier(tier)}, so that no budget can be kept with it (OrleansLlm:Pricing, OrleansLlm:Budgets:UnpricedModels).", NoUseToRetry);

    public static SpendRefusal OutOfReach { get; } = new(
        503, "server_error", "budget_unavailable", "The budget is out of reach, so that nothing may be spent; try again.", [new("retry-after", "1")]);

    private static string AtTier(ServiceTier tier) => tier switch
    {
        ServiceTier.Standard => "",
        ServiceTier.Other => " with all that the request asks for (a service tier, speed, place or further models)",
        _ => " at the service tier asked for",
    };

    private static string Whose(BudgetLimit cap) => cap.Scope == BudgetScope.Tenant ? "your organization" : $"the {cap.Scope.ToString().ToLowerInvariant()} '{cap.Subject}'";
}
