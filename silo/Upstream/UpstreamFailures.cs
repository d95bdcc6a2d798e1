using System.ClientModel;
using Azure.Identity;
using OrleansLlm.Client.Wire;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream.Resilience;

namespace OrleansLlm.Silo.Upstream;

/// <summary>Tells a call that was never sent (free, may be repeated) from one that may have been billed.</summary>
internal static class UpstreamFailures
{
    /// <summary>The failure behind <paramref name="exception"/>; <see cref="UpstreamFailure.None"/> where it is no failure of the network.</summary>
    public static UpstreamFailure Classify(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case HttpRequestException http:
                    return UnsentRequest.Is(http) ? UpstreamFailure.Unreachable : UpstreamFailure.Broken;
                case AuthenticationFailedException:
                    return UpstreamFailure.Unreachable;
                // SocketsHttpHandler reports its connect timeout so; no other time limit of the handler is set.
                case TimeoutException:
                    return UpstreamFailure.Unreachable;
                case IOException:
                    return UpstreamFailure.Broken;
            }
        }

        return exception is ClientResultException ? UpstreamFailure.Broken : UpstreamFailure.None;
    }

    /// <summary>
    /// A refused key: of no use to repeat. What the provider says of it, the key's first and last letters as a rule, is not for callers, and its 401
    /// would have them doubt their own.
    /// </summary>
    public static UpstreamReply KeyRefused(string provider) => Reply(provider, UpstreamFailure.KeyRefused, [new(RetryHint.ShouldRetry, "false")]);

    /// <summary>A refusal of the gateway's account, likewise: it may name that account.</summary>
    public static UpstreamReply AccessRefused(string provider) => Reply(provider, UpstreamFailure.AccessRefused, [new(RetryHint.ShouldRetry, "false")]);

    /// <summary>The failed reply, in words without addresses.</summary>
    public static UpstreamReply Reply(string provider, UpstreamFailure failure, IReadOnlyList<KeyValuePair<string, string>>? headers = null) => UpstreamReply.Failed(
        failure,
        failure switch
        {
            UpstreamFailure.Unreachable => $"The provider '{provider}' could not be reached.",
            UpstreamFailure.TimedOut => $"The provider '{provider}' did not answer in time.",
            UpstreamFailure.Malformed => $"The provider '{provider}' answered with something that is neither JSON nor an event stream.",
            UpstreamFailure.Unavailable => $"The provider '{provider}' failed too often just now and is left alone for a moment.",
            UpstreamFailure.KeyRefused => $"The provider '{provider}' refuses the gateway's key.",
            UpstreamFailure.AccessRefused => $"The provider '{provider}' does not allow the gateway's account what was asked (403); the gateway's log says more.",
            _ => $"The connection to the provider '{provider}' broke before it answered.",
        },
        headers);
}
