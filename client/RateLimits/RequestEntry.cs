using OrleansLlm.Core.RateLimits;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.RateLimits;

/// <summary>The last step before a known caller's request is worked on, over HTTP and by the Orleans client alike: the key's models, then the rate limits.</summary>
internal sealed class RequestEntry(RateLimiter rates)
{
    /// <summary>Lets a request in, or says why not. The ticket is to be disposed when the request has ended.</summary>
    /// <param name="tenantId">The caller's tenant.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="limits">All that hold for the caller.</param>
    /// <param name="model">The model asked for.</param>
    /// <param name="otherModels">Further ones that the body names.</param>
    /// <param name="tokens">See <see cref="TokenEstimate"/>.</param>
    /// <param name="headers">The answer's: they receive how far the limits are used, and when to come back.</param>
    public async ValueTask<(RateTicket Ticket, WireError? Refusal)> EnterAsync(
        string tenantId, Caller caller, IReadOnlyList<RateLimit> limits, string model, IReadOnlyList<string> otherModels, long tokens, IHeaderDictionary headers)
    {
        if (NotAllowed(caller, model, otherModels) is { } name)
        {
            return (RateTicket.Unlimited, new WireError(
                StatusCodes.Status403Forbidden, $"This key does not have access to the model '{name}'.", "invalid_request_error", "model_not_allowed", "model"));
        }

        var ticket = await rates.EnterAsync(tenantId, limits, tokens);
        RateHeaders.Write(headers, ticket);
        return (ticket, ticket.Refusal is { } refusal ? ErrorOf(refusal) : null);
    }

    private static string? NotAllowed(Caller caller, string model, IReadOnlyList<string> otherModels)
    {
        if (!caller.Allows(model))
            return model;
        for (var i = 0; i < otherModels.Count; i++)
        {
            if (!caller.Allows(otherModels[i]))
                return otherModels[i];
        }

        return null;
    }

    private static WireError ErrorOf(RateRefusal refusal)
    {
        var whose = refusal.Subject.Length == 0 ? "your organization" : refusal.Subject.Replace(':', ' ');
        var what = refusal.Kind switch
        {
            RateKind.Requests => $"{refusal.Limit} requests per minute",
            RateKind.Tokens => $"{refusal.Limit} tokens per minute",
            _ => $"{refusal.Limit} requests at the same time",
        };
        var then = refusal.RetryAfter is null ? "This request alone is larger; make it shorter or lower max_completion_tokens." : "Please try again later.";
        return new WireError(
            StatusCodes.Status429TooManyRequests, $"Rate limit reached for {whose}: {what}. {then}", refusal.Kind == RateKind.Tokens ? "tokens" : "requests", "rate_limit_exceeded");
    }
}
