using System.Diagnostics;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Bench.Routing;

/// <summary>How long a route decision takes: the head alone, a head of one's own, and with the encoder for a question of some 60 tokens.</summary>
internal sealed class RouterSpeedSuite : ISuite
{
    private const int Warm = 50;
    private const int Calls = 1000;

    // 60 word pieces with the embedder's vocabulary, markers included.
    private const string Question =
        "A customer of ours in Norway wants to return a coat that she bought in our Oslo shop five weeks ago with a gift card; she has lost the receipt but "
        + "still has the card. Which of our return rules apply here, and what may the shop give her in place of the money?";

    public string Name => "router-speed";

    public string Summary => "Milliseconds of a route decision with the encoder for 60 tokens, and of the head alone";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(context, "embedder", "router");
        if (engine is null)
            return 1;
        var embedding = await engine.EmbedAsync(Question);
        var features = SurfaceFeatures.Of(Question);
        var own = new RouterHead
        {
            Version = RouterHead.CurrentVersion, Embedder = engine.EmbeddingModelId, Weights = new float[embedding.Length + features.Length], Bias = 0,
            Data = string.Empty, DataSha256 = string.Empty, FittedRows = 0, Date = default,
        };
        await MeasureAsync("head", () => engine.RouteAsync(embedding, features));
        await MeasureAsync("own-head", () => Task.FromResult(own.SimpleLogit(embedding, features)));
        await MeasureAsync("features", () =>
        {
            SurfaceFeatures.Compute(Question, features);
            return Task.FromResult(features);
        });
        await MeasureAsync("encoder-and-head", async () =>
        {
            var fresh = SurfaceFeatures.Of(Question);
            return await engine.RouteAsync(await engine.EmbedAsync(Question), fresh);
        });
        return 0;

        async Task MeasureAsync<T>(string metric, Func<Task<T>> call)
        {
            for (var i = 0; i < Warm; i++)
                await call();
            var times = new double[Calls];
            for (var i = 0; i < Calls; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var started = Stopwatch.GetTimestamp();
                await call();
                times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }

            Array.Sort(times);
            context.Report(Name, metric + ".p50", times[Calls / 2], "ms", Calls);
            context.Report(Name, metric + ".p99", times[Calls * 99 / 100], "ms", Calls);
        }
    }
}
