namespace OrleansLlm.Inference;

/// <summary>What became of loading one model.</summary>
/// <param name="Model">Null where it was refused.</param>
/// <param name="Status">What readiness says of it.</param>
/// <param name="Identity">Names the space of its outputs; null where no manifest could be read.</param>
internal sealed record LoadResult<T>(T? Model, ModelStatus Status, string? Identity)
    where T : class;
