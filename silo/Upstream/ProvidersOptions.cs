namespace OrleansLlm.Silo.Upstream;

/// <summary><c>OrleansLlm:Providers</c>: upstreams by name. Empty: the built-in simulator answers.</summary>
public sealed class ProvidersOptions : Dictionary<string, ProviderOptions>
{
    public const string Section = "OrleansLlm:Providers";

    public ProvidersOptions()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }

    /// <summary>Whether any of them names a model or takes whatever it is asked for.</summary>
    public bool Serves(string model) => Count == 0 || Values.Any(p => p.TakesAny || p.Names(model));
}
