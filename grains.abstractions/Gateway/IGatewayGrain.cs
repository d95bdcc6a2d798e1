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

    private const char NearMark = '@';

    public static string Of(CachePartition partition, RequestFingerprint fingerprint) => $"{partition.Value}|{fingerprint.Bucket(Buckets)}";

    /// <summary>
    /// For a request that nobody else's could meet: activations that are placed in the silo they are first asked in (<see cref="IsNear"/>), so that neither
    /// request nor answer, and no token of a stream, goes from silo to silo.
    /// </summary>
    /// <param name="partition">Its partition.</param>
    /// <param name="fingerprint">Its fingerprint.</param>
    /// <param name="asker">Tells apart the processes that ask; empty where those of one partition may meet all the same.</param>
    public static string Near(CachePartition partition, RequestFingerprint fingerprint, string asker) => $"{partition.Value}|{fingerprint.Bucket(Buckets)}{NearMark}{asker}";

    /// <summary>Whether a key's activation belongs where it is asked. Not one that stands in for it: that silo leaves.</summary>
    public static bool IsNear(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.LastIndexOf(NearMark) > key.LastIndexOf('|');
    }

    /// <summary>The key itself for 0, then those of activations that stand in for it: placed anew, they are in silos that stay.</summary>
    public static string Attempt(string key, int attempt) => attempt == 0 ? key : string.Create(CultureInfo.InvariantCulture, $"{key}|{attempt}");

    /// <summary>The partition in a key.</summary>
    public static string PartitionOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key[..key.IndexOf('|', StringComparison.Ordinal)];
    }
}
