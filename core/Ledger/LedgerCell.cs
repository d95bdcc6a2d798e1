namespace OrleansLlm.Core.Ledger;

/// <summary>Sums of one hour, project and pair of models.</summary>
/// <param name="Hour">The hour's start, UTC.</param>
/// <param name="RequestedModel">The model callers named.</param>
/// <param name="UsedModel">The model that answered.</param>
/// <param name="Sums">What those requests used and cost.</param>
/// <param name="ProjectId">The tenant's project; null where the credential named none.</param>
public sealed record LedgerCell(DateTimeOffset Hour, string RequestedModel, string UsedModel, LedgerSums Sums, string? ProjectId = null);
