namespace OrleansLlm.Core.Caching;

/// <summary>Whether two answers say the same.</summary>
public enum AnswerVerdict
{
    /// <summary>Neither is clear; such a comparison is no label.</summary>
    Unsure,

    Equivalent,

    Different,
}
