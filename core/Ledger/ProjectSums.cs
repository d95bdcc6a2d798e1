namespace OrleansLlm.Core.Ledger;

/// <summary>Sums of one project.</summary>
/// <param name="Project">Its name; empty for requests whose credential named none.</param>
/// <param name="Sums">What its requests used and cost.</param>
public sealed record ProjectSums(string Project, LedgerSums Sums);
