using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OrleansLlm.Client.Extensions.Transport;
using OrleansLlm.Client.Wire;

namespace OrleansLlm.Client.Extensions;

/// <summary>
/// Puts what the gateway said into <c>AdditionalProperties</c>. A call's own <c>AdditionalProperties</c> that begin with <c>x-orleansllm-</c>, and
/// <c>cache-control</c>, go out as headers.
/// </summary>
internal sealed class SavingsChatClient(IChatClient inner, HttpClient http) : DelegatingChatClient(inner)
{
    private const string CacheControl = "cache-control";

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var exchange = Exchange.Begin(Controls(options));
        var response = await base.GetResponseAsync(messages, options, cancellationToken);
        if (exchange.Savings is { } savings)
            (response.AdditionalProperties ??= [])[Savings.Key] = savings;
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var exchange = Exchange.Begin(Controls(options));
        ChatResponseUpdate? last = null;
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            last = update;
            yield return update;
        }

        if (exchange.Savings is { } savings)
        {
            // Without a role, so that it is the response's and not a message's.
            yield return new ChatResponseUpdate
            {
                ResponseId = last?.ResponseId,
                ModelId = last?.ModelId,
                AdditionalProperties = new() { [Savings.Key] = savings },
            };
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            http.Dispose();
    }

    private static List<KeyValuePair<string, string>> Controls(ChatOptions? options) =>
    [
        .. (options?.AdditionalProperties ?? [])
            .Where(static p => p.Key.StartsWith(AnswerHeaders.Prefix, StringComparison.OrdinalIgnoreCase) || p.Key.Equals(CacheControl, StringComparison.OrdinalIgnoreCase))
            .Select(static p => KeyValuePair.Create(p.Key, p.Value?.ToString() ?? string.Empty)),
    ];
}
