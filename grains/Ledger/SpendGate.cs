using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Ledger;

/// <summary>
/// Where every call passes that costs money: the most it can cost is set aside before it is sent and settled when it has ended. Where no cap
/// holds nothing is asked; where the budget is out of reach no call is made.
/// </summary>
internal sealed class SpendGate(
    IGrainFactory grains, ServedPrices prices, SpendSettler settler, IOptions<BudgetOptions> options, TimeProvider time, ILogger<SpendGate> logger)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(2);

    private long _reservations;

    /// <summary>Asks for leave to make one call.</summary>
    /// <param name="requestId">The request's.</param>
    /// <param name="tenantId">Whose money it is.</param>
    /// <param name="limits">The caps that the call counts against.</param>
    /// <param name="model">The model that is called.</param>
    /// <param name="tier">The service tier asked for; null where that is left to the provider's project.</param>
    /// <param name="target">Where the call goes: it may be billed by any of the deployments, and more than once.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="bound">The most tokens that the call for it can use, given the model's limits; run off the caller's turn.</param>
    public ValueTask<SpendPermit> AskAsync<TRequest>(
        string requestId, string tenantId, IReadOnlyList<BudgetLimit> limits, string model, ServiceTier? tier, UpstreamTarget target, TRequest request,
        Func<TRequest, ModelLimits, TokenBound> bound) =>
        limits.Count == 0 ? new(SpendPermit.Free) : AskLimitsAsync(requestId, tenantId, limits, model, tier, target, request, bound);

    private async ValueTask<SpendPermit> AskLimitsAsync<TRequest>(
        string requestId, string tenantId, IReadOnlyList<BudgetLimit> limits, string model, ServiceTier? tier, UpstreamTarget target, TRequest request,
        Func<TRequest, ModelLimits, TokenBound> bound)
    {
        var now = time.GetUtcNow();
        // One that is asked for may be given or not; the cheaper ones cost no more than the list price.
        ServiceTier[] tiers = tier is { } asked and (ServiceTier.Priority or ServiceTier.Other) ? [ServiceTier.Standard, asked] : [ServiceTier.Standard];
        string?[] providers = target.Deployments.Count == 0 ? [null] : [.. target.Deployments.Select(static d => d.Upstream.Name)];
        var found = providers.SelectMany(p => tiers.Select(t => prices.Find(model, now, p, t))).ToArray();
        var billed = found.OfType<ModelPrice>().ToArray();
        if (billed.Length < found.Length && options.Value.UnpricedModels == UnpricedModels.Refuse)
            return new SpendPermit { Refusal = SpendRefusal.Unpriced(model, tiers[^1]) };
        // The project's own setting holds for the models that are served at it.
        if (tier is null && options.Value.ProjectTier is not ServiceTier.Standard and var project)
            billed = [.. billed, .. providers.Select(p => prices.Find(model, now, p, project)).OfType<ModelPrice>()];
        if (billed.Length == 0)
            return SpendPermit.Free;
        var known = ModelLimits.Of(model);
        var tokens = await Task.Run(() => bound(request, options.Value.MaxOutputTokens.TryGetValue(model, out var most) ? known with { OutputTokens = most } : known));
        var aTry = billed.Max(price => CostBound.Of(price, tokens.Prompt, tokens.Completion));
        var permit = await ReserveAsync(requestId, tenantId, [.. limits.Select(BudgetCap.From)], aTry * target.MostBilledTries);
        return permit with { TryUsd = aTry, Prompt = (tokens.Prompt, billed.Max(price => CostBound.Of(price, tokens.Prompt, 0)) / Math.Max(1, tokens.Prompt)) };
    }

    /// <summary>The call of a permit has ended.</summary>
    /// <param name="permit">Its permit; nothing happens where nothing was set aside.</param>
    /// <param name="costUsd">What its answer cost; null where nobody knows: then it cost the most it could.</param>
    /// <param name="textTokens">Where nobody counted its prompt, of which more than texts are billed: the tokens of the texts, which are in the cost.</param>
    public void Settle(SpendPermit permit, decimal? costUsd, int? textTokens = null)
    {
        if (permit.ReservationId is not { } id)
            return;
        if (textTokens is { } counted)
            costUsd += Math.Max(0, permit.Prompt.Tokens - counted) * permit.Prompt.Usd;
        costUsd += permit.LostTries * permit.TryUsd;
        if (costUsd > permit.MaxUsd)
            BudgetLog.CostAboveReservation(logger, id, costUsd.Value, permit.MaxUsd);
        settler.Settle(permit.TenantId, new BudgetCost(id, costUsd));
    }

    private async Task<SpendPermit> ReserveAsync(string requestId, string tenantId, BudgetCap[] caps, decimal max)
    {
        var deadline = Core.Deadline.After(time, options.Value.Timeout);
        var isDoubtful = false;
        for (var id = NextId(); ;)
        {
            try
            {
                var reply = await grains.GetGrain<IBudgetGrain>(tenantId)
                    .ReserveAsync(new BudgetRequest { Id = id, MaxUsd = max, Lease = options.Value.Lease, Caps = caps })
                    .WaitAsync(LongestAttempt, time);
                if (reply.Outcome == BudgetOutcome.Granted)
                    return new SpendPermit { ReservationId = id, TenantId = tenantId, MaxUsd = max };
                if (reply.Outcome == BudgetOutcome.Refused)
                    return Refused(SpendRefusal.OverBudget(reply.Cap!.Value.ToLimit(), reply.AvailableUsd, reply.ResetsAt), id);
                // The grain takes that one back itself, and may do so later.
                (id, isDoubtful) = (NextId(), false);
            }
            catch (Exception e)
            {
                // It may be set aside by now, or soon: asked for by the same name it is not set aside twice, which under load would use up a budget unspent.
                isDoubtful = true;
                BudgetLog.ReservationFailed(logger, e, requestId);
            }

            if (deadline.HasPassed(time))
                return Refused(SpendRefusal.OutOfReach, id);
            await Task.Delay(RetryInterval, time);
        }

        // Every call of a request has a name of its own: an earlier one may be settled after a later one was made.
        string NextId() => $"{requestId}.{Interlocked.Increment(ref _reservations)}";

        SpendPermit Refused(SpendRefusal refusal, string id)
        {
            if (isDoubtful)
                settler.Settle(tenantId, new BudgetCost(id, 0m));
            return new SpendPermit { Refusal = refusal };
        }
    }
}
