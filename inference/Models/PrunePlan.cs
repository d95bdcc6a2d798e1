namespace OrleansLlm.Inference;

/// <summary>The windows of one request.</summary>
internal sealed record PrunePlan(int SentenceCount, IReadOnlyList<PruneWindow> Windows);
