namespace OrleansLlm.Core.Routing;

/// <summary>One rung of the ladder that an alias chooses from. A ladder is a list from the cheapest to the strongest tier.</summary>
/// <param name="Model">The model's name as the upstream knows it; its provider and its prices are found by it.</param>
/// <param name="MaxContextTokens">Prompt and completion together, in tokens.</param>
/// <param name="Capabilities">What the model can do beyond text.</param>
public sealed record ModelTier(string Model, int MaxContextTokens, ModelCapabilities Capabilities)
{
    /// <summary>Of a model that can do all that a request may need.</summary>
    public const ModelCapabilities AllCapabilities =
        ModelCapabilities.Tools | ModelCapabilities.Vision | ModelCapabilities.JsonSchema | ModelCapabilities.OtherLanguages | ModelCapabilities.Reasoning;
}
