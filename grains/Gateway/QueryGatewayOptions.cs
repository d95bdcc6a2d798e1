using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Grains.Gateway;

/// <summary><c>OrleansLlm:Gateway</c>: how long layers may take and how large answers may be. Takes effect at start.</summary>
public sealed class QueryGatewayOptions
{
    /// <value>Longest time for the embedding, and again for lookup and verification together, since the same request is found without a vector too; then the model is called. 1 ms to 1 minute, default 250 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan CacheTimeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <value>Longest time for the route decision; then the strongest tier is used. 1 ms to 1 minute, default 100 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RoutingTimeout { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <value>Time after which compression begins no further document and asks no model; then the prompt goes out as it came. 1 ms to 1 minute, default 250 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan CompressionTimeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <value>
    /// Longest silence in the middle of an answer, one second to one hour. Default 5 minutes: a model that reasons first says nothing for longer
    /// than one.
    /// </value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan IdleStreamTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <value>
    /// Bytes of a streamed answer that are held for readers who are slow or join late, 64 KiB to 64 MiB. Default 1 MiB, some thousand chunks.
    /// Beyond it a stream takes no more joiners, and the provider waits for the slowest reader.
    /// </value>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int StreamBufferBytes { get; set; } = 1024 * 1024;

    /// <value>Largest answer in bytes, 64 KiB to 1 GiB. Default 32 MiB; a larger one is cut off with an error.</value>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaxReplyBytes { get; set; } = 32 * 1024 * 1024;
}
