using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Inference;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Routing;

/// <summary>Asks the router head and the stakes classifier about a text, with the embedding that the cache made of it or one of its own.</summary>
internal sealed class RouteScorer(
    IGrainFactory grains,
    TextEmbedder embedder,
    InferenceEngine engine,
    StakesSource stakes,
    IOptions<QueryGatewayOptions> gatewayOptions,
    GatewayTelemetry telemetry,
    TimeProvider time)
{
    private const string Layer = "routing";

    /// <summary>P(simple), calibrated, and what speaks against a cheaper tier all the same; or why there is no score.</summary>
    /// <param name="text">The human's turn.</param>
    /// <param name="embedding">Its embedding; null where it has yet to be made.</param>
    /// <param name="profile">Holds the calibration.</param>
    public async Task<RouteScore> ScoreAsync(string text, byte[]? embedding, RouteProfile profile)
    {
        RouteReason reason;
        try
        {
            // Nothing goes down by a score alone, unless the operator says so.
            if (stakes.Classifier is null && profile.KeptUp.Count > 0)
                return Failed(RouteReason.Unavailable);
            var deadline = Deadline.After(time, gatewayOptions.Value.RoutingTimeout);
            // A router that reads the text itself has no use for one.
            if (embedding is null && (profile.KeptUp.Count > 0 || !ReadsText(profile)))
            {
                var embedded = await embedder.EmbedAsync(text, deadline);
                if (embedded.Outcome != WorkerOutcome.Completed)
                    return Failed(embedded.Outcome.WithoutScore());
                embedding = embedded.Embedding;
            }

            var features = SurfaceFeatures.Of(text);
            var keptUp = profile.KeptUp.Count == 0 ? null : stakes.Classifier?.KindOf(MemoryMarshal.Cast<byte, float>(embedding), features, profile.KeptUp);
            if (ReadsText(profile))
            {
                var read = await grains.GetGrain<IRouterWorker>(0).ScoreTextAsync(text, deadline.UtcTicks);
                return read.Outcome == WorkerOutcome.Completed ? Scored(read.SimpleLogit) : Failed(read.Outcome.WithoutScore());
            }

            if (profile.Head is { } head)
                return Scored(head.SimpleLogit(MemoryMarshal.Cast<byte, float>(embedding), features));
            var result = await grains.GetGrain<IRouterWorker>(0).ScoreAsync(embedding!, Bytes(features), deadline.UtcTicks);
            if (result.Outcome == WorkerOutcome.Completed)
                return Scored(result.SimpleLogit);
            reason = result.Outcome.WithoutScore();

            RouteScore Scored(double logit) => new(profile.Calibration.Apply(logit), keptUp, RouteReason.Unavailable);
        }
        catch (LimitExceededException)
        {
            reason = RouteReason.Overloaded;
        }
        catch (Exception)
        {
            reason = RouteReason.Unavailable;
        }

        return Failed(reason);
    }

    /// <summary>The surface features that moved the logit of a text most, the greatest effect first; empty where the router does not answer.</summary>
    public async Task<IReadOnlyList<FeatureEffect>> ExplainAsync(string text, RouteProfile profile)
    {
        // An encoder has no features to tell of.
        if (ReadsText(profile))
            return [];
        try
        {
            var deadline = Deadline.After(time, gatewayOptions.Value.RoutingTimeout);
            var embedded = await embedder.EmbedAsync(text, deadline);
            if (embedded.Outcome != WorkerOutcome.Completed)
                return [];
            var features = SurfaceFeatures.Of(text);
            if (await LogitAsync(profile, embedded.Embedding, features, deadline) is not { } whole)
                return [];
            var effects = new List<FeatureEffect>(features.Length);
            for (var i = 0; i < features.Length; i++)
            {
                // What the logit loses when the feature is as in a usual question.
                var usual = (float[])features.Clone();
                usual[i] = SurfaceFeatures.Usual[i];
                if (await LogitAsync(profile, embedded.Embedding, usual, deadline) is not { } without)
                    return [];
                effects.Add(new FeatureEffect(SurfaceFeatures.Names[i], features[i], whole - without));
            }

            return [.. effects.Where(e => Math.Abs(e.Effect) >= FeatureEffect.Least).OrderByDescending(e => Math.Abs(e.Effect))];
        }
        catch (Exception)
        {
            return [];
        }
    }

    private bool ReadsText(RouteProfile profile) => profile.Head is null && engine.RouterReadsText;

    private static byte[] Bytes(float[] features) => MemoryMarshal.AsBytes(features.AsSpan()).ToArray();

    private async Task<double?> LogitAsync(RouteProfile profile, byte[] embedding, float[] features, Deadline deadline)
    {
        if (profile.Head is { } head)
            return head.SimpleLogit(MemoryMarshal.Cast<byte, float>(embedding), features);
        var result = await grains.GetGrain<IRouterWorker>(0).ScoreAsync(embedding, Bytes(features), deadline.UtcTicks);
        return result.Outcome == WorkerOutcome.Completed ? result.SimpleLogit : null;
    }

    private RouteScore Failed(RouteReason reason)
    {
        telemetry.FailOpen(Layer, reason.ToString());
        return new(null, null, reason);
    }
}
