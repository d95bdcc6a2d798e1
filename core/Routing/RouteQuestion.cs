namespace OrleansLlm.Core.Routing;

/// <summary>What the policy needs to know of a request. No prompt text: the score stands for it.</summary>
public sealed record RouteQuestion
{
    /// <summary>The <c>model</c> field of the request: a model's name or an alias.</summary>
    public required string RequestedModel { get; init; }

    /// <summary>Tokens of the prompt as it would be sent.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens the caller allows for the completion (<c>max_completion_tokens</c>); 0 where none is stated.</summary>
    public int MaxCompletionTokens { get; init; }

    /// <summary>What the request needs beyond text.</summary>
    public ModelCapabilities Needs { get; init; }

    /// <summary>True where the last message is a tool's result.</summary>
    public bool InToolLoop { get; init; }

    /// <summary>Why the question is not for a cheaper tier whatever its score (<see cref="StakesClassifier"/>); null where nothing is against it.</summary>
    public RouteReason? KeptUp { get; init; }

    /// <summary>
    /// Why there is no score, for a decision without one: <see cref="RouteReason.Disabled"/>, <see cref="RouteReason.Unavailable"/>
    /// (the default), <see cref="RouteReason.Overloaded"/>, <see cref="RouteReason.DeadlinePassed"/> or
    /// <see cref="RouteReason.LanguageUnsupported"/>.
    /// </summary>
    public RouteReason WithoutScore { get; init; } = RouteReason.Unavailable;
}
