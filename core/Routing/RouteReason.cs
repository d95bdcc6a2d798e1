namespace OrleansLlm.Core.Routing;

/// <summary>
/// Why a model was chosen. The names are a public contract: they stand in the <c>x-orleansllm-route-reason</c> header, on spans and
/// in the ledger. Members may be added, never renamed.
/// </summary>
public enum RouteReason
{
    /// <summary>The caller named a model, not an alias; it is honoured.</summary>
    ExplicitModel,

    /// <summary>P(simple) reached the threshold: the cheapest tier that fits.</summary>
    Simple,

    /// <summary>P(simple) is below the threshold: the strongest tier that fits.</summary>
    NotClearlySimple,

    /// <summary>The caller asked for the cheapest tier (<c>auto:fast</c>).</summary>
    FastAlias,

    /// <summary>The caller asked for the strongest tier (<c>auto:best</c>).</summary>
    BestAlias,

    /// <summary>A cheaper tier would have been taken, but it cannot call tools.</summary>
    ToolsRequired,

    /// <summary>A cheaper tier would have been taken, but it cannot read images.</summary>
    VisionRequired,

    /// <summary>A cheaper tier would have been taken, but it cannot hold to a JSON schema.</summary>
    JsonSchemaRequired,

    /// <summary>A cheaper tier would have been taken, but the prompt and the asked-for completion do not fit its context, or the completion is longer than its model writes.</summary>
    ContextTooLong,

    /// <summary>No tier fits the request; the strongest one was taken, so that the upstream says what is wrong.</summary>
    NoTierFits,

    /// <summary>The alias has no tiers behind it; the requested name goes upstream as it is.</summary>
    NoTiers,

    /// <summary>A tool's result waits for the model: the tier does not go down in the middle of a tool loop. A mapped model answers itself.</summary>
    InToolLoop,

    /// <summary>Routing is off for the tenant or for this request.</summary>
    Disabled,

    /// <summary>No score could be had (model missing, faulted, or no usable number).</summary>
    Unavailable,

    /// <summary>The router's queue was full.</summary>
    Overloaded,

    /// <summary>The score came too late.</summary>
    DeadlinePassed,

    /// <summary>The question is in a language that the router was not trained on, or that a cheaper tier is not to be trusted with.</summary>
    LanguageUnsupported,

    /// <summary>The cache answered; no model was chosen.</summary>
    Cached,

    /// <summary>A cheaper tier would have been taken, but another provider serves it, which does not know what this request continues.</summary>
    ProviderBound,

    /// <summary>The chosen model's context does not hold the prompt; a configured fallback answered.</summary>
    ContextWindowFallback,

    /// <summary>The chosen model's provider filtered the prompt; a configured fallback answered.</summary>
    ContentFilterFallback,

    /// <summary>The chosen model was out of reach, overloaded or faulty; a configured fallback answered.</summary>
    OutageFallback,

    /// <summary>The last answer refused or did not know: the strongest tier that fits.</summary>
    EscalatedRefusal,

    /// <summary>The caller found fault with the last answer: the strongest tier that fits.</summary>
    EscalatedDissatisfaction,

    /// <summary>The last answer was not the JSON that was asked for: the strongest tier that fits.</summary>
    EscalatedSchema,

    /// <summary>The turn means nothing without the one before: its model goes on. A mapped model answers itself.</summary>
    Continued,

    /// <summary>A conversation stays at the dearer tier that it came to.</summary>
    StickyConversation,

    /// <summary>A cheaper tier would do, but the prefix that the provider has cached for this one is worth more than the saving.</summary>
    CachedPrefixWorthMore,

    /// <summary>The scores have moved away from those that the certificate was made on: the strongest tier that fits.</summary>
    ScoreDrift,

    /// <summary>Checks of production answers say that more is misrouted than promised: the strongest tier that fits.</summary>
    TooManyMisroutes,

    /// <summary>No tier's provider speaks the form of the request (OpenAI's or Anthropic's).</summary>
    FormNotServed,

    /// <summary>The cheap answer refused or was not the JSON asked for; the model that would have answered without routing did so in its place (an optional cascade).</summary>
    CascadeEscalated,

    /// <summary>A cheaper tier would have been taken, but it does not reason, and the request says how to.</summary>
    ReasoningRequired,

    /// <summary>The turn means nothing without the one before, whose model is not known or cannot go on: the strongest tier that fits.</summary>
    ContinuedUnknown,

    /// <summary>The score says simple, but the answer must be computed from the numbers that the question gives: the strongest tier that fits.</summary>
    Calculation,

    /// <summary>The score says simple, but a wrong answer may harm health, life, rights, money or a system: the strongest tier that fits.</summary>
    HighStakes,
}
