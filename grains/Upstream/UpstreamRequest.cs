namespace OrleansLlm.Grains.Upstream;

/// <summary>A call as it goes out.</summary>
/// <param name="Model">The model or deployment name already written into <paramref name="Body"/>.</param>
/// <param name="Body">UTF-8 JSON, sent as it is.</param>
/// <param name="Stream">Whether the body asks for server-sent events.</param>
/// <param name="RequestId">Correlates logs; sent upstream as <c>x-client-request-id</c>.</param>
/// <param name="Endpoint">What is asked for.</param>
public sealed record UpstreamRequest(string Model, ReadOnlyMemory<byte> Body, bool Stream, string RequestId, UpstreamEndpoint Endpoint = UpstreamEndpoint.ChatCompletions)
{
    /// <summary>Headers of the caller that go on to the provider.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Goes to the model's home alone: only there can be continued what is stored there. Default false.</summary>
    public bool IsBound { get; init; }

    /// <summary>
    /// Takes each try that gave no answer and may be billed nevertheless, the last one included, before the reply is returned: each is money
    /// of its own.
    /// </summary>
    public ICollection<UpstreamAttempt>? Lost { get; init; }

    /// <summary>Told of each try when it begins and when it has failed.</summary>
    public UpstreamProgress? Progress { get; init; }
}
