using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.TestingHost;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;

namespace OrleansLlm.Cluster.Tests.Placement;

/// <summary>Which silo of a mixed cluster does the work of a model. The silo without an accelerator has no models here, so that its own work is seen.</summary>
public sealed class AcceleratorPlacementTests
{
    private static readonly long s_never = DateTime.MaxValue.Ticks;

    [Fact]
    public async Task Embed_InMixedCluster_RunsOnTheAcceleratorAndFallsBackWhenThatIsGone()
    {
        await using var none = MixedCluster.EngineOf("/no/models");
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var cluster = await MixedCluster.StartAsync(2, (none, []), (models, [AcceleratorPlacement.Embedder]), (models, [AcceleratorPlacement.Embedder]));

        // From whichever silo it is asked.
        for (var i = 0; i < 20; i++)
            Assert.Equal(WorkerOutcome.Completed, (await Embedder(cluster).EmbedAsync("Which desk answers complaints?", s_never)).Outcome);
        // A lane that is accelerated nowhere stays where it is asked for.
        var within = cluster.With(none).ServiceProvider.GetRequiredService<IGrainFactory>();
        Assert.Equal(WorkerOutcome.Completed, (await within.GetGrain<IEmbeddingWorker>(0).EmbedAsync("Which desk?", s_never)).Outcome);
        Assert.Equal(WorkerOutcome.Unavailable, (await within.GetGrain<IPairVerifierWorker>(0).VerifyAsync("a", ["b"], s_never)).Outcome);

        await cluster.StopSiloAsync(cluster.With(models), TestContext.Current.CancellationToken);

        Assert.Equal(WorkerOutcome.Unavailable, (await Embedder(cluster).EmbedAsync("Which desk answers complaints?", s_never)).Outcome);

        // And back again.
        await cluster.StartAdditionalSiloAsync();
        await BecomesAsync(WorkerOutcome.Completed, Embedder(cluster));
    }

    [Fact]
    public async Task Embed_AcceleratorComesLater_IsUsedThoughTheLaneHasServedAtHome()
    {
        await using var none = MixedCluster.EngineOf("/no/models");
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var cluster = await MixedCluster.StartAsync(1, (none, []), (models, [AcceleratorPlacement.Embedder]));
        var first = cluster.With(none).ServiceProvider.GetRequiredService<IGrainFactory>();
        Assert.Equal(WorkerOutcome.Unavailable, (await first.GetGrain<IEmbeddingWorker>(0).EmbedAsync("Which desk?", s_never)).Outcome);

        await cluster.StartAdditionalSiloAsync();

        await BecomesAsync(WorkerOutcome.Completed, first.GetGrain<IEmbeddingWorker>(0));
    }

    [Fact]
    public async Task Embed_WithoutAnyAccelerator_StaysWithEachSilo()
    {
        await using var none = MixedCluster.EngineOf("/no/models");
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var cluster = await MixedCluster.StartAsync(2, (none, []), (models, []));

        // Asked within that silo, whatever gateway the client has.
        var first = cluster.With(none).ServiceProvider.GetRequiredService<IGrainFactory>();
        for (var i = 0; i < 10; i++)
            Assert.Equal(WorkerOutcome.Unavailable, (await first.GetGrain<IEmbeddingWorker>(0).EmbedAsync("Which desk?", s_never)).Outcome);
    }

    [Fact]
    public void Workers_ThatCostMoreThanAHop_PreferAccelerators()
    {
        var workers = typeof(Grains.GatewayServices).Assembly.GetTypes().Where(static t => t.Namespace == "OrleansLlm.Grains.Inference" && t.GetCustomAttribute<StatelessWorkerAttribute>() is not null);
        Assert.Equal(
            [("CompressorWorker", "compressor"), ("EmbeddingWorker", "embedder"), ("PairVerifierWorker", "verifier"), ("RouterWorker", null)],
            workers.OrderBy(static w => w.Name).Select(static w => (w.Name, w.GetCustomAttribute<PreferAcceleratorAttribute>()?.Lane)));
    }

    // A silo's metadata are heard of some moments after it has joined.
    private static async Task BecomesAsync(WorkerOutcome outcome, IEmbeddingWorker worker)
    {
        for (var attempt = 0; (await worker.EmbedAsync("Which desk?", s_never)).Outcome != outcome; attempt++)
        {
            Assert.True(attempt < 100, "the accelerator is not asked");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static IEmbeddingWorker Embedder(InProcessTestCluster cluster) => cluster.Client.GetGrain<IEmbeddingWorker>(0);
}
