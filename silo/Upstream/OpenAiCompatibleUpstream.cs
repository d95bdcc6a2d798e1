using System.Net.Http.Headers;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>Any endpoint that speaks OpenAI's protocol.</summary>
internal sealed class OpenAiCompatibleUpstream(string name, string? endpoint, string? apiKey, TimeSpan connectTimeout, ILogger<OpenAiCompatibleUpstream> logger)
    : HttpUpstream(name, endpoint ?? DefaultEndpoint, apiKey, connectTimeout, logger)
{
    public const string DefaultEndpoint = "https://api.openai.com/v1";

    private readonly AuthenticationHeaderValue? _authorization = apiKey is null ? null : new AuthenticationHeaderValue("Bearer", apiKey);

    protected override string PathOf(UpstreamEndpoint endpoint) => endpoint switch
    {
        UpstreamEndpoint.Embeddings => "/embeddings",
        UpstreamEndpoint.Responses => "/responses",
        UpstreamEndpoint.Completions => "/completions",
        _ => "/chat/completions",
    };

    protected override void Sign(HttpRequestHeaders headers, UpstreamRequest request) => headers.Authorization = _authorization;
}
