namespace OrleansLlm.Core.Calibration;

/// <summary>What labelled rows support.</summary>
/// <param name="Certified">The lowest threshold that passed; null where not even the strictest did.</param>
/// <param name="Failed">The test that ended the sequence; null where every threshold asked for passed.</param>
/// <param name="MoreRows">
/// How many more rows of the same kind would let <paramref name="Failed"/> pass at the rate seen; null where nothing failed, nothing
/// was accepted, the rate seen is not below the limit, which more rows do not mend, or so near it that it would take half a billion rows.
/// </param>
public sealed record ThresholdVerdict(ThresholdTest? Certified, ThresholdTest? Failed, int? MoreRows);
