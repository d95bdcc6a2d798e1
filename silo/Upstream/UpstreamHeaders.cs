namespace OrleansLlm.Silo.Upstream;

/// <summary>The response headers that callers and their SDKs act on; everything else stays inside.</summary>
internal static class UpstreamHeaders
{
    /// <summary>Under this name the provider's own request id is passed on: <c>x-request-id</c> is the gateway's.</summary>
    public const string UpstreamRequestId = "x-upstream-request-id";

    private static readonly string[] Names = ["retry-after", "retry-after-ms", "x-should-retry"];
    private static readonly string[] Prefixes = ["x-ratelimit-", "openai-", "anthropic-ratelimit-"];

    // They name the account behind the key, which is nobody's business downstream.
    private static readonly string[] Withheld = ["openai-organization", "openai-project"];

    public static IReadOnlyList<KeyValuePair<string, string>> Select(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var selected = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in headers)
        {
            if (name.Equals("x-request-id", StringComparison.OrdinalIgnoreCase) || name.Equals("request-id", StringComparison.OrdinalIgnoreCase))
                selected.Add(new(UpstreamRequestId, value));
            else if (IsPassedOn(name))
                selected.Add(new(name.ToLowerInvariant(), value));
        }

        return selected;
    }

    private static bool IsPassedOn(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase)
        || (Array.Exists(Prefixes, p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase))
            && !Withheld.Contains(name, StringComparer.OrdinalIgnoreCase));
}
