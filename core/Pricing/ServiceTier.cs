namespace OrleansLlm.Core.Pricing;

/// <summary>At which of its prices a provider serves a request (<c>service_tier</c>).</summary>
public enum ServiceTier
{
    /// <summary>The list price.</summary>
    Standard,

    /// <summary>Answered within hours, by the batch API.</summary>
    Batch,

    /// <summary>Cheaper and slower.</summary>
    Flex,

    /// <summary>Dearer and faster.</summary>
    Priority,

    /// <summary>One that is not known here: nothing says what it costs.</summary>
    Other,
}
