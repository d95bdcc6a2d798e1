namespace OrleansLlm.Client.Wire;

/// <summary>The request headers that go on to the provider, because they say how the body is meant.</summary>
internal static class PassedHeaders
{
    // By name, since the order is part of the cache partition.
    private static readonly string[] Names = ["anthropic-beta", "anthropic-version"];

    private const int Longest = 1024;

    /// <summary>Those of <paramref name="headers"/> in the order of their names; one too long to be meant is left behind.</summary>
    public static KeyValuePair<string, string>[] Read(IHeaderDictionary headers) =>
    [
        .. Names
            .Select(name => KeyValuePair.Create(name, headers[name].ToString()))
            .Where(static h => h.Value.Length is > 0 and <= Longest && h.Value.All(static c => c is >= ' ' and <= '~')),
    ];
}
