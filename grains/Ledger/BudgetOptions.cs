using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Grains.Ledger;

/// <summary><c>OrleansLlm:Budgets</c>: how hard caps are kept. The caps themselves stand with tenants, projects and keys. Takes effect at start.</summary>
public sealed class BudgetOptions
{
    /// <value>What becomes of a call whose model, or the service tier that it asks for, has no price while a cap holds. Default <see cref="UnpricedModels.Refuse"/>.</value>
    public UnpricedModels UnpricedModels { get; set; }

    /// <value>
    /// The service tier at which the providers' projects serve requests that name none, or <c>auto</c>. Default <see cref="ServiceTier.Standard"/>;
    /// set <see cref="ServiceTier.Priority"/> where a project is set to it: then so much is set aside for the models that have such a price.
    /// </value>
    [AllowedValues(ServiceTier.Standard, ServiceTier.Priority, ErrorMessage = "{0} must be Standard or Priority.")]
    public ServiceTier ProjectTier { get; set; }

    /// <value>How long a call may be under way, one minute to a day. Default one hour. One that was not settled by then has cost its maximum.</value>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromHours(1);

    /// <value>Longest wait for a reservation, 100 ms to one minute. Default 5 s. Without one the call is not made and the caller gets a 503.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <value>Greatest number of completion tokens by model name, where a request sets none and ours is not right. Default: the vendors' limits; 128,000 for an unknown model.</value>
    public IDictionary<string, int> MaxOutputTokens { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <value>Https address that alerts are posted to when 50, 80 and 100% of a cap are used; http to this machine, or with <see cref="WebhookAllowHttp"/>. Default none: they are logged only.</value>
    public Uri? WebhookUrl { get; set; }

    /// <value>Whether alerts may go to another machine over plain http, in a network that is closed to others. Default false: they tell who spends how much.</value>
    public bool WebhookAllowHttp { get; set; }

    /// <value>Name of an environment variable that holds the secret which alerts are signed with.</value>
    public string? WebhookSecretVariable { get; set; }

    /// <value>Path of a secret file that holds the secret which alerts are signed with.</value>
    public string? WebhookSecretFile { get; set; }
}

/// <summary>What becomes of a call that cannot be priced while a cap holds.</summary>
public enum UnpricedModels
{
    /// <summary>It is not made.</summary>
    Refuse,

    /// <summary>It is made. Without a price of its model it counts nothing against any cap, without one of its tier the list price.</summary>
    Allow,
}
