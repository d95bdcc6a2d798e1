namespace OrleansLlm.Bench.Compression;

/// <summary>One group of training contexts.</summary>
/// <param name="Name">What it stands for.</param>
/// <param name="Records">In a fixed order.</param>
/// <param name="IsTranscript">Whether they are conversations, which have weights of their own.</param>
internal sealed record TrainingSet(string Name, IReadOnlyList<EvidenceRecord> Records, bool IsTranscript = false);
