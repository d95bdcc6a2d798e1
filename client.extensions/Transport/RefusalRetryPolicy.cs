using System.ClientModel.Primitives;

namespace OrleansLlm.Client.Extensions.Transport;

/// <summary>
/// Repeats what the gateway refused to begin (429), where it does not say that it is no use. What a provider failed at the gateway has repeated itself; a
/// call that broke may have been made and be billed, and would be paid again.
/// </summary>
internal sealed class RefusalRetryPolicy : ClientRetryPolicy
{
    protected override bool ShouldRetry(PipelineMessage message, Exception? exception) => IsRefusal(message, exception) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(PipelineMessage message, Exception? exception) =>
        IsRefusal(message, exception) ? base.ShouldRetryAsync(message, exception) : new(false);

    private static bool IsRefusal(PipelineMessage message, Exception? exception) =>
        exception is null && message.Response is { Status: 429 } response
        && !(response.Headers.TryGetValue("x-should-retry", out var use) && string.Equals(use, "false", StringComparison.OrdinalIgnoreCase));
}
