using Microsoft.Extensions.Options;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Routing;

namespace OrleansLlm.Grains.Caching;

/// <summary>Draws the requests whose cached answer is held against the upstream's, and keeps them until <see cref="ShadowVerifier"/> comes to them.</summary>
internal sealed class VerificationDraw(IOptions<RiskOptions> options, GatewayTelemetry telemetry)
{
    /// <summary>What was drawn.</summary>
    public SampledQueue<Verification> Queue { get; } = new(options.Value.Queue, "verification", telemetry);

    /// <summary>After a semantic hit was served: some also go upstream.</summary>
    public void OfferHit(Query query, CacheLookup lookup, RouteResult route, byte[]? embedding)
    {
        if (lookup is { Verified: true, IsHit: true, Entry: not null } && SampledRequests.Drawn(query.Request.RequestId, options.Value.ShadowShare))
            Queue.Add(new Verification(query, lookup, lookup.Threshold, route, embedding, Fresh: null));
    }

    /// <summary>After the upstream answered although there was a candidate: its answer is there to be compared, for nothing.</summary>
    public void OfferAnswered(Query query, CacheLookup lookup, RouteResult route, StoredAnswer fresh)
    {
        if (lookup is { Verified: true, Entry: not null, Score: not null } && SampledRequests.Drawn(query.Request.RequestId, options.Value.CompareShare))
        {
            // A layer in shadow mode serves nothing.
            var servedFrom = lookup.IsHit ? null : lookup.Threshold;
            Queue.Add(new Verification(query, lookup, servedFrom, route, null, fresh));
        }
    }
}

/// <summary>A cached answer to be held against the upstream's.</summary>
/// <param name="Query">The request.</param>
/// <param name="Lookup">What the cache said, with the candidate's entry.</param>
/// <param name="ServedFrom">The threshold that was in force; null where nothing was served by meaning.</param>
/// <param name="Route">Where the request goes.</param>
/// <param name="Embedding">The question's vector, for storing the fresh answer.</param>
/// <param name="Fresh">The upstream's answer; null where it is yet to be asked.</param>
internal sealed record Verification(
    Query Query, CacheLookup Lookup, double? ServedFrom, RouteResult Route, byte[]? Embedding, StoredAnswer? Fresh);
