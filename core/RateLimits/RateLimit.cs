namespace OrleansLlm.Core.RateLimits;

/// <summary>How much one tenant, project or key may ask; what is null is not limited.</summary>
/// <param name="Subject">Whose limit: empty for the tenant, <c>project:NAME</c>, <c>key:ID</c>.</param>
/// <param name="RequestsPerMinute">Most requests in any minute.</param>
/// <param name="TokensPerMinute">Most tokens in any minute.</param>
/// <param name="Concurrent">Most requests at the same time.</param>
public sealed record RateLimit(string Subject, long? RequestsPerMinute, long? TokensPerMinute, long? Concurrent)
{
    /// <summary>The limit of one kind; null for none.</summary>
    public long? Of(RateKind kind) => kind switch
    {
        RateKind.Requests => RequestsPerMinute,
        RateKind.Tokens => TokensPerMinute,
        _ => Concurrent,
    };
}
