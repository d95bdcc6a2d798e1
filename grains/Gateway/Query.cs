using System.Globalization;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Grains.Gateway;

/// <summary>One request on its way through the layers.</summary>
/// <param name="Request">As it came from the API.</param>
/// <param name="Chat">The body as read.</param>
/// <param name="Policy">What the layers may do for its tenant.</param>
/// <param name="Partition">The cache partition, from the gateway's key.</param>
/// <param name="ArrivedAt">A <see cref="TimeProvider.GetTimestamp"/> value.</param>
internal sealed record Query(GatewayRequest Request, ChatRequest Chat, TenantPolicy Policy, string Partition, long ArrivedAt)
{
    public RequestControls Controls => Request.Controls;

    public IWireForm Form => WireForms.Of(Chat.Form);

    /// <summary>The caps that its calls count against.</summary>
    public IReadOnlyList<BudgetLimit> Budgets => Request.Caller.Budgets(Policy);

    /// <summary>Whether both spend the same money: what is refused to one is refused to the other.</summary>
    public bool IsPaidLike(Query other) => Request.Caller.KeyId == other.Request.Caller.KeyId && Request.Caller.ProjectId == other.Request.Caller.ProjectId;

    /// <summary>
    /// The same for queries of which one run may answer all. What one caller asks of the answer beyond the request itself another's run need not keep to.
    /// </summary>
    public string RunKey => field ??= string.Create(
        CultureInfo.InvariantCulture,
        $"{Request.Fingerprint}|{(Chat.Stream ? Chat.IncludeUsage ? "u" : "s" : "p")}|{Controls.MaxAgeSeconds}|{Policy.CacheThreshold}|{Controls.CacheThreshold}");

    public string Question => Chat.Segments.Question;
}
