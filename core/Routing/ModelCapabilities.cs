namespace OrleansLlm.Core.Routing;

/// <summary>What a request needs of a model beyond text.</summary>
[Flags]
public enum ModelCapabilities
{
    None = 0,

    /// <summary>Function calling: the request carries <c>tools</c> or <c>functions</c>.</summary>
    Tools = 1,

    /// <summary>Image parts in a message.</summary>
    Vision = 2,

    /// <summary><c>response_format</c> of type <c>json_schema</c>.</summary>
    JsonSchema = 4,

    /// <summary>A question in another language than English.</summary>
    OtherLanguages = 8,

    /// <summary>The request says how to reason: <c>reasoning_effort</c>, <c>reasoning</c>, <c>thinking</c>.</summary>
    Reasoning = 16,
}
