using System.Text;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Silo.Alerts;

/// <summary>Where budget alerts are posted, and what they are signed with.</summary>
internal sealed record WebhookTarget(Uri Url, byte[] Secret)
{
    /// <summary>The webhook of <c>OrleansLlm:Budgets</c>; null where there is none, or after it was said what is wrong with it.</summary>
    public static WebhookTarget? Read(BudgetOptions options, List<string> problems)
    {
        if (options.WebhookUrl is not { } url)
            return null;
        if (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http"))
            problems.Add("OrleansLlm:Budgets:WebhookUrl must be an https or http address.");
        else if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !options.WebhookAllowHttp)
            problems.Add("OrleansLlm:Budgets:WebhookUrl must be https: tenants and what they spend could be read on the way (OrleansLlm:Budgets:WebhookAllowHttp=true sends them all the same).");
        if (Secrets.Read(options.WebhookSecretVariable, options.WebhookSecretFile) is { } secret)
            return new WebhookTarget(url, Encoding.UTF8.GetBytes(secret));
        problems.Add("OrleansLlm:Budgets:WebhookUrl needs a secret to sign with: set WebhookSecretVariable or WebhookSecretFile to one that is there.");
        return null;
    }
}
