using OrleansLlm.Core.Routing;

namespace OrleansLlm.Grains.Routing;

/// <summary>What tells costly questions in this process; without it nothing is routed down by its score.</summary>
/// <param name="Classifier">The classifier, or null where its file is missing or cannot be used.</param>
/// <param name="Problem">Why there is none; null where there is one.</param>
public sealed record StakesSource(StakesClassifier? Classifier, string? Problem)
{
    /// <summary>Its name beside the models.</summary>
    public const string FileName = "stakes.json";

    /// <summary>Reads <see cref="FileName"/> beside the models.</summary>
    public static StakesSource Load(string modelsDirectory)
    {
        var path = Path.Combine(modelsDirectory, FileName);
        try
        {
            return new StakesSource(StakesClassifier.Read(File.ReadAllBytes(path)), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new StakesSource(null, $"{path}: {e.Message}");
        }
    }

    /// <summary>The same; or none, and which embedder it is, where it was fitted on another's embeddings.</summary>
    /// <param name="embeddingModelId">Names the space of the embeddings.</param>
    public StakesSource For(string embeddingModelId) => Classifier is { Model.Embedder: var fitted } && fitted != embeddingModelId
        ? new StakesSource(null, $"{FileName} was fitted on embeddings of {fitted}, and {embeddingModelId} is loaded; the suite stakes-fit of the bench fits one")
        : this;
}
