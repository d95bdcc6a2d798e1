namespace OrleansLlm.Inference;

/// <summary>What became of loading one model.</summary>
/// <param name="Model">Null where it was refused.</param>
/// <param name="Status">What readiness says of it.</param>
/// <param name="Manifest">What it says of itself; null where that could not be read.</param>
internal sealed record LoadResult<T>(T? Model, ModelStatus Status, ModelManifest? Manifest)
    where T : class;
