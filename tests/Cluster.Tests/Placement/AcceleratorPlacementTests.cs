using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Concurrency;
using Orleans.TestingHost;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;

namespace OrleansLlm.Cluster.Tests.Placement;

/// <summary>Which silo of a mixed cluster does the work of a model. The silo without an accelerator has no models' files here, so that its own work is seen.</summary>
public sealed class AcceleratorPlacementTests
{
    private static readonly long s_never = DateTime.MaxValue.Ticks;
    private static readonly string[] s_lanes = [AcceleratorPlacement.Embedder, AcceleratorPlacement.Verifier, AcceleratorPlacement.Compressor];

    [Fact]
    public async Task Embed_InMixedCluster_RunsOnTheAcceleratorAndFallsBackWhenThatIsGone()
    {
        await using var none = MixedCluster.EngineWithoutFiles();
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
        await using var none = MixedCluster.EngineWithoutFiles();
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
        await using var none = MixedCluster.EngineWithoutFiles();
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var cluster = await MixedCluster.StartAsync(2, (none, []), (models, []));

        // Asked within that silo, whatever gateway the client has.
        var first = cluster.With(none).ServiceProvider.GetRequiredService<IGrainFactory>();
        for (var i = 0; i < 10; i++)
            Assert.Equal(WorkerOutcome.Unavailable, (await first.GetGrain<IEmbeddingWorker>(0).EmbedAsync("Which desk?", s_never)).Outcome);
    }

    [Fact]
    public async Task Embed_AcceleratorHasAnotherModel_StaysAtHome()
    {
        // Another release of the embedder: its vectors are of another space, and this silo's partitions are of its own.
        await using var older = MixedCluster.EngineWithoutFiles(static (name, manifest) => manifest["version"] = name == "embedder" ? "2025.01" : manifest["version"]!.GetValue<string>());
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var cluster = await MixedCluster.StartAsync(2, (older, []), (models, [AcceleratorPlacement.Embedder, AcceleratorPlacement.Verifier]));
        var within = cluster.With(older).ServiceProvider.GetRequiredService<IGrainFactory>();

        // Once the verifier, whose release is the same, is asked there, this silo has heard of the other.
        for (var attempt = 0; (await within.GetGrain<IPairVerifierWorker>(0).VerifyAsync("a", ["b"], s_never)).Outcome != WorkerOutcome.Completed; attempt++)
        {
            Assert.True(attempt < 100, "the accelerator is not asked");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal(WorkerOutcome.Unavailable, (await within.GetGrain<IEmbeddingWorker>(0).EmbedAsync("Which desk?", s_never)).Outcome);
        // And should it be asked elsewhere all the same, there is no place for it.
        await Assert.ThrowsAnyAsync<OrleansException>(() => within.GetGrain<IEmbeddingWorker>(AcceleratorPlacement.Elsewhere).EmbedAsync("Which desk?", s_never).AsTask());
    }

    [Fact]
    public async Task Embed_AcceleratorCannotDoIt_IsDoneAtHome()
    {
        await using var none = MixedCluster.EngineWithoutFiles();
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var cluster = await MixedCluster.StartAsync(2, (models, []), (none, s_lanes));
        await AnswersAtHomeAsync(cluster.With(models), cluster.With(none));
    }

    [Fact]
    public async Task Embed_AcceleratorsClockIsAhead_IsDoneAtHome()
    {
        // Every deadline has passed there.
        var ahead = new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(1));
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var early = MixedCluster.EngineOf(MixedCluster.Models, ahead);
        await using var cluster = await MixedCluster.StartAsync(2, (models, []), (early, s_lanes));
        await AnswersAtHomeAsync(cluster.With(models), cluster.With(early));
    }

    [Fact]
    public void Workers_ThatCostMoreThanAHop_PreferAccelerators()
    {
        var workers = typeof(Grains.GatewayServices).Assembly.GetTypes().Where(static t => t.Namespace == "OrleansLlm.Grains.Inference" && t.GetCustomAttribute<StatelessWorkerAttribute>() is not null);
        Assert.Equal(
            [("CompressorWorker", "compressor"), ("EmbeddingWorker", "embedder"), ("PairVerifierWorker", "verifier"), ("RouterWorker", null)],
            workers.OrderBy(static w => w.Name).Select(static w => (w.Name, w.GetCustomAttribute<PreferAcceleratorAttribute>()?.Lane)));
    }

    // Once the other silo's metadata are heard of: until then the work is done at home anyway.
    private static async Task AnswersAtHomeAsync(InProcessSiloHandle silo, InProcessSiloHandle other)
    {
        var accelerators = silo.ServiceProvider.GetRequiredService<AcceleratorDirectory>();
        for (var attempt = 0; !Array.TrueForAll(s_lanes, l => accelerators.Serves(other.SiloAddress, l)); attempt++)
        {
            Assert.True(attempt < 100, "the accelerator is not heard of");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        // Over and over: the directory looks again once in a second.
        var grains = silo.ServiceProvider.GetRequiredService<IGrainFactory>();
        for (var i = 0; i < 30; i++)
        {
            var deadline = DateTime.UtcNow.AddMinutes(1).Ticks;
            Assert.Equal(WorkerOutcome.Completed, (await grains.GetGrain<IEmbeddingWorker>(0).EmbedAsync("Which desk?", deadline)).Outcome);
            Assert.Equal(WorkerOutcome.Completed, (await grains.GetGrain<IPairVerifierWorker>(0).VerifyAsync("Which desk?", ["Which of the desks?"], deadline)).Outcome);
            Assert.Equal(WorkerOutcome.Completed, (await grains.GetGrain<ICompressorWorker>(0).ScoreAsync("Which desk?", ["The first."], deadline)).Outcome);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
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
