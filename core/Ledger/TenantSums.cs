namespace OrleansLlm.Core.Ledger;

/// <summary>Sums of one tenant.</summary>
/// <param name="Tenant">Its name.</param>
/// <param name="Sums">What its requests used and cost.</param>
public sealed record TenantSums(string Tenant, LedgerSums Sums);
