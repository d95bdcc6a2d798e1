namespace OrleansLlm.Core.Routing;

/// <summary>The names of the <see cref="RouteAlias"/>es.</summary>
public static class RouteAliases
{
    public const string Auto = "auto";
    public const string Fast = "auto:fast";
    public const string Best = "auto:best";

    /// <summary>The alias that <paramref name="model"/> is, whatever its case; <see cref="RouteAlias.None"/> for every other name.</summary>
    public static RouteAlias Parse(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Equals(Auto, StringComparison.OrdinalIgnoreCase))
            return RouteAlias.Auto;
        if (model.Equals(Fast, StringComparison.OrdinalIgnoreCase))
            return RouteAlias.Fast;
        return model.Equals(Best, StringComparison.OrdinalIgnoreCase) ? RouteAlias.Best : RouteAlias.None;
    }
}
