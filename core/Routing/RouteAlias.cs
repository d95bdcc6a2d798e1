namespace OrleansLlm.Core.Routing;

/// <summary>The model names that ask for a routing decision instead of naming a model.</summary>
public enum RouteAlias
{
    /// <summary>Not an alias: an explicit model.</summary>
    None,

    /// <summary><c>auto</c>: the score decides.</summary>
    Auto,

    /// <summary><c>auto:fast</c>: the cheapest tier that fits.</summary>
    Fast,

    /// <summary><c>auto:best</c>: the strongest tier that fits.</summary>
    Best,
}
