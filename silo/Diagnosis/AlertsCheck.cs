using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Whether budget alerts can be read on their way: they are signed, and no secret is in them, but who spends how much is.</summary>
internal sealed class AlertsCheck : ICheck
{
    public string Name => "alerts";

    public Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Finding>>(
        setUp.Options<BudgetOptions>().WebhookUrl is not { } url ? []
        : url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback
            ? [new Finding(Name, Severity.Warning, $"budget alerts go to {url.Host} over plain http: tenants and what they spend can be read on the way", "As OrleansLlm:Budgets:WebhookAllowHttp has it: keep that network closed to others, or use https in WebhookUrl.")]
            : [new Finding(Name, Severity.Ok, $"budget alerts go to {url.Host}")]);
}
