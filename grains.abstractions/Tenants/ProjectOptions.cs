namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary><c>OrleansLlm:Tenants:NAME:Projects:PROJECT</c>: a part of a tenant with keys and caps of its own. It shares the tenant's cache. Takes effect at start.</summary>
public sealed class ProjectOptions
{
    /// <value>SHA-256 of each of the project's keys, hexadecimal.</value>
    public IList<string> KeyHashes { get; } = [];

    /// <value>Name of an environment variable that holds a key of the project.</value>
    public string? KeyVariable { get; set; }

    /// <value>Path of a secret file that holds a key of the project.</value>
    public string? KeyFile { get; set; }

    /// <value>Hard caps on what the project's keys spend together; the tenant's hold as well.</value>
    public BudgetAmounts Budgets { get; set; } = new();

    /// <value>How much the project's keys may ask together; the tenant's limits hold as well.</value>
    public RateAmounts RateLimits { get; set; } = new();
}
