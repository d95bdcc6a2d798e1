namespace OrleansLlm.Core.Caching;

/// <summary>Where the values lie that a number in a question stands for.</summary>
internal enum NumberBound
{
    /// <summary>Nothing is said.</summary>
    None,

    /// <summary>"At least", "more than", "since".</summary>
    Lower,

    /// <summary>"At most", "less than", "until".</summary>
    Upper,

    /// <summary>"Exactly".</summary>
    Exact,

    /// <summary>"About".</summary>
    Near,

    /// <summary>"For" a time.</summary>
    Lasting,

    /// <summary>"In" a time.</summary>
    Inside,
}
