using System.Net.Http.Headers;

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
        List<KeyValuePair<string, string>>? selected = null;
        foreach (var (name, value) in headers)
        {
            if (NameOf(name) is { } passedOn && IsPlain(value))
                (selected ??= []).Add(new(passedOn, value));
        }

        return selected ?? [];
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Select(HttpHeadersNonValidated headers)
    {
        List<KeyValuePair<string, string>>? selected = null;
        foreach (var (name, value) in headers)
        {
            if (NameOf(name) is { } passedOn && IsPlain(value.ToString()))
                (selected ??= []).Add(new(passedOn, value.ToString()));
        }

        return selected ?? [];
    }

    /// <summary>The type of an answer's content as it may be told: without its parameters where those may not; null for none.</summary>
    public static string? ContentType(string? given) =>
        given is null || IsPlain(given) ? given : given.Split(';')[0].TrimEnd() is var type && IsPlain(type) ? type : null;

    // Our own head takes nothing else: the answer would be lost over it, and it is paid for.
    private static bool IsPlain(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    // The name under which a header goes to the caller; null where it stays here.
    private static string? NameOf(string name) =>
        name.Equals("x-request-id", StringComparison.OrdinalIgnoreCase) || name.Equals("request-id", StringComparison.OrdinalIgnoreCase)
            ? UpstreamRequestId
            : IsPassedOn(name) ? name.ToLowerInvariant() : null;

    private static bool IsPassedOn(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase)
        || (HasPrefix(name)
            && !Withheld.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static bool HasPrefix(string name)
    {
        foreach (var prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
