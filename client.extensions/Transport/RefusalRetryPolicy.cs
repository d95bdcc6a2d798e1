using System.ClientModel.Primitives;
using OrleansLlm.Client.Wire;

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

    private static bool WasNotSent(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is HttpRequestException failure && UnsentRequest.Is(failure))
                return true;
        }

        return false;
    }
}
