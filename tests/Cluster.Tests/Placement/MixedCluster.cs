using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;

namespace OrleansLlm.Cluster.Tests.Placement;

/// <summary>Silos of which each has an engine of its own, and says of some lanes that they are accelerated.</summary>
internal static class MixedCluster
{
    public static string Models { get; } = Path.Combine(AppContext.BaseDirectory, "models");

    public static InferenceEngine EngineOf(string models, TimeProvider? time = null, int queueCapacity = 256) =>
        InferenceEngine.Start(new InferenceOptions { ModelsDirectory = models, QueueCapacity = queueCapacity }, time ?? TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>The shipped models by their manifests alone: known by name, and loaded nowhere, so that who has it does no work of its own.</summary>
    public static InferenceEngine EngineWithoutFiles(Action<string, JsonNode>? alter = null)
    {
        var folder = Directory.CreateTempSubdirectory("orleansllm-manifests-");
        try
        {
            foreach (var model in Directory.EnumerateDirectories(Models).Where(static m => File.Exists(Path.Combine(m, "manifest.json"))))
            {
                var name = Path.GetFileName(model);
                var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "manifest.json")))!;
                alter?.Invoke(name, manifest);
                File.WriteAllText(Path.Combine(folder.CreateSubdirectory(name).FullName, "manifest.json"), manifest.ToJsonString());
            }

            return EngineOf(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Silos are built side by side, in no order.</summary>
    public static InProcessSiloHandle With(this InProcessTestCluster cluster, InferenceEngine engine) =>
        cluster.Silos.Single(s => s.ServiceProvider.GetRequiredService<InferenceEngine>() == engine);

    /// <param name="started">How many of the silos run at first.</param>
    /// <param name="silos">All of them.</param>
    public static async Task<InProcessTestCluster> StartAsync(short started, params (InferenceEngine Engine, string[] Accelerated)[] silos)
    {
        var builder = new InProcessTestClusterBuilder(started);
        var next = -1;
        builder.ConfigureSilo((_, silo) =>
        {
            var (engine, accelerated) = silos[Interlocked.Increment(ref next)];
            silo.UseAcceleratorPlacement(accelerated, engine.LaneModels);
            // The engine is the test's: the container must not end it.
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(engine);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
