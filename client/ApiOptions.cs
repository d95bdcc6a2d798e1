using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Client;

/// <summary><c>OrleansLlm:Api</c>: limits of the HTTP API. Takes effect at start.</summary>
public sealed class ApiOptions
{
    /// <value>Largest request body in bytes, 1 KiB to 256 MiB. Default 16 MiB. A larger one is answered 413.</value>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 16 * 1024 * 1024;

    /// <value>
    /// Longest silence of a stream whose head has gone out before a comment line is sent, so that proxies keep it open; zero to one hour.
    /// Default 15 s; zero sends none. Before the provider's head there is nothing to send: a status would have to be made up.
    /// </value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <value>
    /// How long a silo may leave its callers without a sign of life, be it a token or word that it still works on the request, until it counts
    /// as lost and they are told; 2 s to 10 minutes. Default 10 s. Shorter than a busy silo's longest pause, it breaks answers that would come.
    /// </value>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan LostSiloLimit { get; set; } = TimeSpan.FromSeconds(10);
}
