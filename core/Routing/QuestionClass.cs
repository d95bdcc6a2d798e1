namespace OrleansLlm.Core.Routing;

/// <summary>
/// What kind of work a question asks for, read from its words. Names are a public contract, as those of <see cref="RouteReason"/>. It explains a
/// decision and takes no part in it.
/// </summary>
public enum QuestionClass
{
    /// <summary>None of the others can be told.</summary>
    Other,

    /// <summary>One fact.</summary>
    Lookup,

    /// <summary>Yes or no.</summary>
    Boolean,

    /// <summary>A day, a year, an age.</summary>
    Date,

    /// <summary>One of given classes.</summary>
    Classification,

    /// <summary>Pieces of a given text.</summary>
    Extraction,

    /// <summary>The same in other words, another language or fewer words.</summary>
    Rewrite,

    /// <summary>Several questions at once.</summary>
    MultiPart,

    /// <summary>Causes, comparisons, designs.</summary>
    Reasoning,

    /// <summary>Programs.</summary>
    Code,

    /// <summary>Calculation or proof.</summary>
    Math,
}
