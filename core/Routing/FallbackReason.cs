namespace OrleansLlm.Core.Routing;

/// <summary>Why a model could not answer, where another may.</summary>
public enum FallbackReason
{
    /// <summary>The prompt does not fit the model.</summary>
    ContextWindow,

    /// <summary>The provider's filter refused the prompt.</summary>
    ContentFilter,

    /// <summary>The provider is out of reach, overloaded or faulty, after all repetitions.</summary>
    Outage,
}
