using System.Globalization;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>
/// Takes one query through the layers, from exact hit to ledger. Keyed <c>{partition}|{bucket}</c> (<see cref="GatewayKey"/>), so that
/// identical requests meet in one activation and share one upstream call.
/// </summary>
[Alias("orleansllm.gateway.v1")]
public interface IGatewayGrain : IRunningRequests
{
    /// <summary>Answers a plain request.</summary>
    [Alias("complete"), ResponseTimeout(ResponseTimeouts.ModelAnswer)]
    Task<GatewayReply> CompleteAsync(GatewayRequest request, CancellationToken cancellationToken);

    /// <summary>Answers a streamed request: a head, then data as it comes, then a tail.</summary>
    [Alias("stream")]
    IAsyncEnumerable<GatewayEvent> StreamAsync(GatewayRequest request, CancellationToken cancellationToken);

    /// <summary>Says what each layer would do; calls no upstream and stores nothing.</summary>
    [Alias("explain")]
    Task<Explanation> ExplainAsync(GatewayRequest request, CancellationToken cancellationToken);
}

/// <summary>Addresses of gateway grains.</summary>
public static class GatewayKey
{
    /// <summary>Activations one partition is spread over.</summary>
    public const int Buckets = 16;

    /// <summary>How many others are asked where a key's activation lives in a silo that leaves its cluster.</summary>
    public const int StandIns = 3;

    public static string Of(CachePartition partition, RequestFingerprint fingerprint) => $"{partition.Value}|{fingerprint.Bucket(Buckets)}";

    /// <summary>The key itself for 0, then those of activations that stand in for it: placed anew, they are in silos that stay.</summary>
    public static string Attempt(string key, int attempt) => attempt == 0 ? key : string.Create(CultureInfo.InvariantCulture, $"{key}|{attempt}");

    /// <summary>The partition in a key.</summary>
    public static string PartitionOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key[..key.IndexOf('|', StringComparison.Ordinal)];
    }
}
