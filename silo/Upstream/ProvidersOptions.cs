namespace OrleansLlm.Silo.Upstream;

/// <summary><c>OrleansLlm:Providers</c>: upstreams by name. Empty: the built-in simulator answers.</summary>
public sealed class ProvidersOptions : Dictionary<string, ProviderOptions>
{
    public const string Section = "OrleansLlm:Providers";

    public ProvidersOptions()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }
}
