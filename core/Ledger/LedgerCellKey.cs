namespace OrleansLlm.Core.Ledger;

/// <summary>Which sums of an hour an entry counts into.</summary>
/// <param name="ProjectId">The tenant's project, or null.</param>
/// <param name="RequestedModel">The model the caller named.</param>
/// <param name="UsedModel">The model that answered.</param>
public readonly record struct LedgerCellKey(string? ProjectId, string RequestedModel, string UsedModel);
