namespace OrleansLlm.Core.Compression;

/// <summary>What a question asks for, as far as its own words say.</summary>
internal enum AnswerKind
{
    /// <summary>Anything.</summary>
    Open,

    /// <summary>A quantity: "how many", "what percentage".</summary>
    Number,

    /// <summary>A date or a year: "when", "what year".</summary>
    Time,

    /// <summary>A person, a place or a thing with a name: "who", "where".</summary>
    Name,
}
