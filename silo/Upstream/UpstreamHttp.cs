using System.Diagnostics;
using System.Net;
using OrleansLlm.Client.Telemetry;

namespace OrleansLlm.Silo.Upstream;

/// <summary>The HTTP connection to a provider, the same for every kind.</summary>
internal static class UpstreamHttp
{
    /// <summary>
    /// No redirects, since the key would follow them; no cookies; no decompression, so that bytes pass as they are; no total deadline, since
    /// long streams are no fault.
    /// </summary>
    public static HttpClient CreateClient(TimeSpan connectTimeout) => new(CreateHandler(connectTimeout)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The same without a client's deadlines and pending requests, of which every call would keep its own.</summary>
    public static HttpMessageInvoker CreateInvoker(TimeSpan connectTimeout) => new(CreateHandler(connectTimeout));

    private static SocketsHttpHandler CreateHandler(TimeSpan connectTimeout) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = connectTimeout,
        // A stream that the caller left is cut, not read to its end: it may go on for minutes.
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
        // Follows DNS changes, and retires connections before common load balancers do.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        EnableMultipleHttp2Connections = true,
        // The trace goes on to the provider where spans go anywhere; else each call would make one, and a header, that nobody ever reads.
        ActivityHeadersPropagator = GatewayOpenTelemetry.IsCollected ? DistributedContextPropagator.Current : null,
    };
}
