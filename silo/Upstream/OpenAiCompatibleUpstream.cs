using System.Net.Http.Headers;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>Any endpoint that speaks OpenAI's protocol over HTTP. The body goes out and the answer comes back byte for byte.</summary>
internal sealed class OpenAiCompatibleUpstream : IUpstream, IDisposable
{
    public const string DefaultEndpoint = "https://api.openai.com/v1";

    private readonly HttpClient _http;
    private readonly string _root;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly ILogger _logger;

    public OpenAiCompatibleUpstream(string name, string? endpoint, string? apiKey, TimeSpan connectTimeout, ILogger<OpenAiCompatibleUpstream> logger)
    {
        Name = name;
        _root = (endpoint ?? DefaultEndpoint).TrimEnd('/');
        _authorization = apiKey is null ? null : new AuthenticationHeaderValue("Bearer", apiKey);
        _http = UpstreamHttp.CreateClient(connectTimeout);
        _logger = logger;
    }

    public string Name { get; }

    public async Task<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _root + PathOf(request.Endpoint));
        message.Content = new ReadOnlyMemoryContent(request.Body);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(request.Stream ? "text/event-stream" : "application/json"));
        message.Headers.Authorization = _authorization;
        message.Headers.TryAddWithoutValidation("x-client-request-id", request.RequestId);

        HttpResponseMessage? response = null;
        try
        {
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return new UpstreamReply(
                (int)response.StatusCode,
                UpstreamHeaders.Select(response.Headers.NonValidated.Select(h => KeyValuePair.Create(h.Key, h.Value.ToString()))),
                response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) ? type.ToString() : null,
                body,
                new ResponseOwner(response));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && UpstreamFailures.Classify(e) is var failure and not UpstreamFailure.None)
        {
            response?.Dispose();
            UpstreamLog.CallFailed(_logger, Name, request.RequestId, failure, e);
            return UpstreamFailures.Reply(Name, failure);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string PathOf(UpstreamEndpoint endpoint) => endpoint switch
    {
        UpstreamEndpoint.Embeddings => "/embeddings",
        UpstreamEndpoint.Responses => "/responses",
        UpstreamEndpoint.Completions => "/completions",
        _ => "/chat/completions",
    };
}
