using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using Azure.AI.OpenAI;
using Azure.Core;
using OpenAI.Chat;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>
/// An Azure OpenAI resource through Azure.AI.OpenAI's pipeline (address, api-version, credential). Its protocol methods carry the body
/// and the answer byte for byte.
/// </summary>
internal sealed class AzureOpenAiUpstream : IUpstream, IDisposable
{
    // Deployment names come from callers where the provider serves any model: bounded, so that invented ones cost no memory.
    private const int MaxClients = 256;

    // The last version of the service that all of its text completion deployments know.
    private const string CompletionsVersion = "2024-10-21";

    private readonly HttpClient _http;
    private readonly AzureOpenAIClient _client;
    private readonly ConcurrentDictionary<string, ChatClient> _chats = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _deployments;
    private readonly string _root;
    private readonly string? _apiKey;
    private readonly ILogger _logger;

    private AzureOpenAiUpstream(
        string name,
        Uri endpoint,
        string? apiKey,
        TimeSpan connectTimeout,
        IReadOnlyDictionary<string, string> deployments,
        ILogger<AzureOpenAiUpstream> logger,
        Func<AzureOpenAIClientOptions, AzureOpenAIClient> create)
    {
        Name = name;
        _root = endpoint.ToString().TrimEnd('/') + "/openai/";
        _apiKey = apiKey;
        _deployments = deployments;
        _logger = logger;
        _http = UpstreamHttp.CreateClient(connectTimeout);
        _client = create(new AzureOpenAIClientOptions
        {
            Transport = new HttpClientPipelineTransport(_http),
            // Only we know what was billed; see DeploymentGroup.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            // The pipeline's 100 s would bound the head and every read of the stream.
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
        });
    }

    public string Name { get; }

    public static AzureOpenAiUpstream WithKey(
        string name, Uri endpoint, string apiKey, TimeSpan connectTimeout, IReadOnlyDictionary<string, string> deployments, ILogger<AzureOpenAiUpstream> logger) =>
        new(name, endpoint, apiKey, connectTimeout, deployments, logger, options => new AzureOpenAIClient(endpoint, new ApiKeyCredential(apiKey), options));

    public static AzureOpenAiUpstream WithEntra(
        string name, Uri endpoint, TokenCredential credential, TimeSpan connectTimeout, IReadOnlyDictionary<string, string> deployments, ILogger<AzureOpenAiUpstream> logger) =>
        new(name, endpoint, null, connectTimeout, deployments, logger, options => new AzureOpenAIClient(endpoint, credential, options));

    public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var deployment = _deployments.GetValueOrDefault(request.Model, request.Model);
        if (!AzureDeploymentName.IsValid(deployment))
            return OpenAiErrorReply.Create(StatusCodes.Status404NotFound, "The model name cannot be a deployment's name.", "invalid_request_error", "DeploymentNotFound");

        var options = new RequestOptions
        {
            BufferResponse = false,
            ErrorOptions = ClientErrorBehaviors.NoThrow,
            CancellationToken = cancellationToken,
        };
        options.SetHeader("Accept-Encoding", ContentCodings.Asked);
        options.SetHeader("x-client-request-id", request.RequestId);
        if (request.Stream)
            options.SetHeader("Accept", "text/event-stream");

        try
        {
            using var content = BinaryContent.Create(BinaryData.FromBytes(request.Body));
            var response = request.Endpoint switch
            {
                UpstreamEndpoint.Responses => await RespondAsync(request, deployment, options),
                UpstreamEndpoint.Completions => await PostAsync($"deployments/{deployment}/completions?api-version={CompletionsVersion}", request.Body, options),
                UpstreamEndpoint.Embeddings => (await _client.GetEmbeddingClient(deployment).GenerateEmbeddingsAsync(content, options)).GetRawResponse(),
                _ => (await ChatClientFor(deployment).CompleteChatAsync(content, options)).GetRawResponse(),
            };
            var body = ContentCodings.Decode(
                response.ContentStream ?? Stream.Null, response.Headers.TryGetValue("Content-Encoding", out var coding) ? coding : null);
            if (AccessRefusal.Is(response.Status))
            {
                using (response)
                    return await AccessRefusal.ReplyAsync(Name, request, response.Status, body, _logger, cancellationToken);
            }

            return new UpstreamReply(
                response.Status,
                UpstreamHeaders.Select(response.Headers),
                UpstreamHeaders.ContentType(response.Headers.TryGetValue("Content-Type", out var type) ? type : null),
                QuotedKeyStream.Around(response.Status, body, _apiKey),
                new ResponseOwner(response));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && UpstreamFailures.Classify(e) is var failure and not UpstreamFailure.None)
        {
            UpstreamLog.CallFailed(_logger, Name, request.RequestId, failure, e);
            return UpstreamFailures.Reply(Name, failure);
        }
    }

    public void Dispose() => _http.Dispose();

    // Azure serves this form at an address of its own (/openai/v1), where the body names the deployment.
    private Task<PipelineResponse> RespondAsync(UpstreamRequest request, string deployment, RequestOptions options)
    {
        var body = request.Body;
        if (deployment != request.Model && ResponsesRequestReader.Read(body, request.Model, out var read) is null)
            body = new RequestBodyEditor(read!).SetModel(deployment).Apply();
        return PostAsync("v1/responses", body, options);
    }

    // The package's client for responses does not work with this version of OpenAI's, and it has none for legacy completions: only its
    // pipeline is used, for credentials and no retries.
    private async Task<PipelineResponse> PostAsync(string path, ReadOnlyMemory<byte> body, RequestOptions options)
    {
        // Its response is handed on: the caller of this disposes it.
        var message = _client.Pipeline.CreateMessage();
        message.ResponseClassifier = PipelineMessageClassifier.Default;
        message.Request.Method = "POST";
        message.Request.Uri = new Uri(_root + path);
        message.Request.Headers.Set("Content-Type", "application/json");
        message.Request.Content = BinaryContent.Create(BinaryData.FromBytes(body));
        message.BufferResponse = false;
        message.Apply(options);
        await _client.Pipeline.SendAsync(message);
        return message.ExtractResponse() ?? throw new IOException("The provider gave no response.");
    }

    private ChatClient ChatClientFor(string deployment)
    {
        if (_chats.TryGetValue(deployment, out var chat))
            return chat;
        chat = _client.GetChatClient(deployment);
        return _chats.Count < MaxClients ? _chats.GetOrAdd(deployment, chat) : chat;
    }
}
