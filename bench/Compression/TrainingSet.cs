namespace OrleansLlm.Bench.Compression;

/// <summary>One group of training contexts.</summary>
/// <param name="Name">What it stands for.</param>
/// <param name="Records">In a fixed order.</param>
/// <param name="ByGoldWords">Whether the share of gold words kept is what counts: a span of many turns seldom survives whole.</param>
internal sealed record TrainingSet(string Name, IReadOnlyList<EvidenceRecord> Records, bool ByGoldWords = false);
