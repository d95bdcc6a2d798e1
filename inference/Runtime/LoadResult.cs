namespace OrleansLlm.Inference;

/// <summary>What became of loading one model.</summary>
/// <param name="Model">Null where it was refused, or no layer asks it.</param>
/// <param name="Status">What readiness says of it; null where it lies there and no layer asks it.</param>
/// <param name="Manifest">What it says of itself; null where that could not be read.</param>
internal sealed record LoadResult<T>(T? Model, ModelStatus? Status, ModelManifest? Manifest)
    where T : class;
