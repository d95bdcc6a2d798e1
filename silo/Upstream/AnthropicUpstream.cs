using System.Net.Http.Headers;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>Anthropic's Messages. The caller's <c>anthropic-version</c> and <c>anthropic-beta</c> go on with the request.</summary>
internal sealed class AnthropicUpstream(string name, string? endpoint, string? apiKey, TimeSpan connectTimeout, ILogger<AnthropicUpstream> logger)
    : HttpUpstream(name, endpoint ?? DefaultEndpoint, apiKey, connectTimeout, logger)
{
    public const string DefaultEndpoint = "https://api.anthropic.com/v1";

    public const string VersionHeader = "anthropic-version";
    public const string DefaultVersion = "2023-06-01";

    protected override string PathOf(UpstreamEndpoint endpoint) => endpoint == UpstreamEndpoint.CountTokens ? "/messages/count_tokens" : "/messages";

    protected override void Sign(HttpRequestHeaders headers, UpstreamRequest request)
    {
        if (ApiKey is not null)
            headers.TryAddWithoutValidation("x-api-key", ApiKey);
        foreach (var (header, value) in request.Headers)
            headers.TryAddWithoutValidation(header, value);
        if (!headers.Contains(VersionHeader))
            headers.TryAddWithoutValidation(VersionHeader, DefaultVersion);
    }
}
