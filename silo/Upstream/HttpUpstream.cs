using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>A provider over HTTP: the body goes out and the answer comes back byte for byte. What differs between providers is where a call goes and how it is signed.</summary>
internal abstract class HttpUpstream(string name, string root, string? apiKey, TimeSpan connectTimeout, ILogger logger) : IUpstream, IDisposable
{
    private readonly HttpMessageInvoker _http = UpstreamHttp.CreateInvoker(connectTimeout);
    private readonly string _root = root.TrimEnd('/');
    private readonly ConcurrentDictionary<UpstreamEndpoint, Uri> _addresses = new();

    public string Name { get; } = name;

    /// <summary>Null for none.</summary>
    protected string? ApiKey { get; } = apiKey;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, AddressOf(request.Endpoint));
        message.Content = new ReadOnlyMemoryContent(request.Body);
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        message.Headers.TryAddWithoutValidation("Accept", request.Stream ? "text/event-stream" : "application/json");
        message.Headers.TryAddWithoutValidation("Accept-Encoding", ContentCodings.Asked);
        message.Headers.TryAddWithoutValidation("x-client-request-id", request.RequestId);
        Sign(message.Headers, request);

        HttpResponseMessage? response = null;
        try
        {
            response = await _http.SendAsync(message, cancellationToken);
            var headers = response.Content.Headers.NonValidated;
            var body = ContentCodings.Decode(
                await response.Content.ReadAsStreamAsync(cancellationToken), headers.TryGetValues("Content-Encoding", out var coding) ? coding.ToString() : null);
            if (AccessRefusal.Is((int)response.StatusCode))
            {
                using (response)
                    return await AccessRefusal.ReplyAsync(Name, request, (int)response.StatusCode, body, logger, cancellationToken);
            }

            return new UpstreamReply(
                (int)response.StatusCode,
                UpstreamHeaders.Select(response.Headers.NonValidated),
                UpstreamHeaders.ContentType(headers.TryGetValues("Content-Type", out var type) ? type.ToString() : null),
                QuotedKeyStream.Around((int)response.StatusCode, body, ApiKey),
                new ResponseOwner(response));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && UpstreamFailures.Classify(e) is var failure and not UpstreamFailure.None)
        {
            response?.Dispose();
            UpstreamLog.CallFailed(logger, Name, request.RequestId, failure, e);
            return UpstreamFailures.Reply(Name, failure);
        }
    }

    public void Dispose() => _http.Dispose();

    private Uri AddressOf(UpstreamEndpoint endpoint) =>
        _addresses.TryGetValue(endpoint, out var address) ? address : _addresses.GetOrAdd(endpoint, new Uri(_root + PathOf(endpoint)));

    /// <summary>Path below the root.</summary>
    protected abstract string PathOf(UpstreamEndpoint endpoint);

    /// <summary>Adds the key and what else the provider wants to see.</summary>
    protected abstract void Sign(HttpRequestHeaders headers, UpstreamRequest request);
}
