namespace OrleansLlm.Grains.Upstream;

/// <summary>A call as it goes out.</summary>
/// <param name="Model">The model or deployment name already written into <paramref name="Body"/>.</param>
/// <param name="Body">UTF-8 JSON, sent as it is.</param>
/// <param name="Stream">Whether the body asks for server-sent events.</param>
/// <param name="RequestId">Correlates logs; sent upstream as <c>x-client-request-id</c>.</param>
/// <param name="Endpoint">What is asked for.</param>
public sealed record UpstreamRequest(string Model, ReadOnlyMemory<byte> Body, bool Stream, string RequestId, UpstreamEndpoint Endpoint = UpstreamEndpoint.ChatCompletions);
