using System.ClientModel.Primitives;

namespace OrleansLlm.Client.Extensions.Transport;

/// <summary>
/// Repeats what nobody began: where the gateway was not reached, refused (429) or says when to come back (503), unless it says that it is no use. What a
/// provider fails, the gateway has repeated itself; a call that broke may have been made and be billed, and would be paid again.
/// </summary>
internal sealed class RefusalRetryPolicy : ClientRetryPolicy
{
    protected override bool ShouldRetry(PipelineMessage message, Exception? exception) => WasNotBegun(message, exception) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(PipelineMessage message, Exception? exception) =>
        WasNotBegun(message, exception) ? base.ShouldRetryAsync(message, exception) : new(false);

    private static bool WasNotBegun(PipelineMessage message, Exception? exception) =>
        exception is null ? message.Response is { } response && IsRefusal(response) : WasNotSent(exception);

    private static bool IsRefusal(PipelineResponse response) =>
        (response.Status == 429 || (response.Status == 503 && response.Headers.TryGetValue("retry-after", out _)))
        && !(response.Headers.TryGetValue("x-should-retry", out var use) && string.Equals(use, "false", StringComparison.OrdinalIgnoreCase));

    // There was no connection that it could have gone by.
    private static bool WasNotSent(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if ((e as HttpRequestException)?.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
                return true;
        }

        return false;
    }
}
