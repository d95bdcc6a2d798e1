using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Client;

/// <summary><c>OrleansLlm:Api</c>: limits of the HTTP API. Takes effect at start.</summary>
public sealed class ApiOptions
{
    /// <value>Largest request body in bytes, 1 KiB to 256 MiB. Default 16 MiB. A larger one is answered 413.</value>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 16 * 1024 * 1024;

    /// <value>
    /// Bytes of request bodies that one process holds at once, 2 KiB to 1 TiB and at least twice <see cref="MaxBodyBytes"/>. Default 512 MiB. A body is held
    /// until its answer has ended; a tenant holds no more than it leaves free, which alone is half. A request beyond it is answered 429 with
    /// <c>retry-after</c>. Text takes three times its bytes of memory while it is answered (as it came, and in UTF-16), and a fourth on its way from an
    /// API of its own to a silo.
    /// </value>
    [Range(2048L, 1024L * 1024 * 1024 * 1024)]
    [CustomValidation(typeof(ApiOptions), nameof(CheckBodies))]
    public long MaxConcurrentBodyBytes { get; set; } = 512L * 1024 * 1024;

    /// <value>
    /// Longest silence of a stream whose head has gone out before a comment line is sent, so that proxies keep it open; zero to one hour.
    /// Default 15 s; zero sends none. Before the provider's head there is nothing to send: a status would have to be made up.
    /// </value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <value>
    /// Connections that one process keeps open at once, 10 to 1,000,000. Default 20,000: those of <see cref="MaxConcurrentRequests"/> and
    /// <see cref="MaxQueuedRequests"/>, and as many that are between requests. One more is closed as it comes, a health check's too.
    /// </value>
    [Range(10, 1_000_000)]
    public int MaxConnections { get; set; } = 20_000;

    /// <value>
    /// Requests that one process works on at once, 1 to 1,000,000. Default 5,000. Those beyond it wait, and a place that becomes free goes to the
    /// tenant with the fewest under way. Where there are several tenants, none has more than four times what it leaves free, alone four fifths.
    /// </value>
    [Range(1, 1_000_000)]
    public int MaxConcurrentRequests { get; set; } = 5000;

    /// <value>
    /// Requests that may wait for one of <see cref="MaxConcurrentRequests"/>, 0 to 1,000,000. Default 5,000. Beyond it the tenant with the most waiting is
    /// answered 429 with <c>retry-after</c>.
    /// </value>
    [Range(0, 1_000_000)]
    public int MaxQueuedRequests { get; set; } = 5000;

    /// <value>Longest wait of such a request, 10 ms to one minute. Default 2 s; then 429 with <c>retry-after</c>.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <value>
    /// How long a silo may leave its callers without a sign of life, be it a token or word that it still works on the request, until it counts
    /// as lost and they are told; 2 s to 10 minutes. Default 10 s. Shorter than a busy silo's longest pause, it breaks answers that would come.
    /// </value>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan LostSiloLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a tenant that is alone may send the largest body.</summary>
    public static ValidationResult? CheckBodies(long most, ValidationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var largest = ((ApiOptions)context.ObjectInstance).MaxBodyBytes;
        return most >= 2L * largest
            ? ValidationResult.Success
            : new ValidationResult($"{context.DisplayName} must be at least twice MaxBodyBytes, {2L * largest}: one tenant holds at most half.", [nameof(MaxConcurrentBodyBytes)]);
    }
}
