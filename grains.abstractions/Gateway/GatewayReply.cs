namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>Status and headers of an answer.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.head.v1")]
public sealed class ReplyHead
{
    [Id(0)]
    public required int Status { get; init; }

    [Id(1)]
    public required string ContentType { get; init; }

    /// <summary>Headers of the upstream that are passed on (rate limits, retry hints).</summary>
    [Id(2)]
    public KeyValuePair<string, string>[] Headers { get; init; } = [];

    [Id(3)]
    public required Decision Decision { get; init; }
}

/// <summary>A whole plain answer.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.reply.v1")]
public sealed class GatewayReply
{
    [Id(0)]
    public required ReplyHead Head { get; init; }

    [Id(1)]
    public required byte[] Body { get; init; }

    /// <summary>Whether the silo leaves its cluster and began nothing: to be asked elsewhere (<see cref="GatewayKey.Attempt"/>).</summary>
    [Id(2)]
    public bool IsLeaving { get; init; }
}

/// <summary>One step of a streamed answer: first a head, then data, last a tail.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.event.v1")]
public sealed class GatewayEvent
{
    [Id(0)]
    public ReplyHead? Head { get; init; }

    /// <summary>Bytes for the caller.</summary>
    [Id(1)]
    public byte[]? Data { get; init; }

    /// <summary>The final figures.</summary>
    [Id(2)]
    public Decision? Tail { get; init; }

    /// <summary>
    /// With the head, where the caller <see cref="GatewayRequest.ReadsInProcess"/>: the data but for its end, which comes in a step as does the tail.
    /// Does not travel: a caller in another process gets all data in steps.
    /// </summary>
    [field: NonSerialized]
    public IStreamReader? Reader { get; init; }

    /// <summary>As <see cref="GatewayReply.IsLeaving"/>; with the head.</summary>
    [Id(3)]
    public bool IsLeaving { get; init; }
}
