using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Bench.Processes;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;

namespace OrleansLlm.Bench.Scale;

/// <summary>
/// What the preference for accelerators costs: calls of a stateless worker whose lane knows its model by name alone and answers at once, so that the call is all
/// there is. Two silos in this process; processor time is that of both.
/// </summary>
/// <param name="PlainMicroseconds">A worker without the preference, on its own silo.</param>
/// <param name="PreferringMicroseconds">A worker with it, in a cluster without accelerators: still on its own silo.</param>
/// <param name="FarMicroseconds">A worker with it, the accelerator being the other silo's.</param>
internal sealed record WorkerCost(double PlainMicroseconds, double PreferringMicroseconds, double FarMicroseconds)
{
    private const int Calls = 20_000;
    private const int Concurrency = 32;

    public static async Task<WorkerCost> MeasureAsync(CancellationToken cancellationToken)
    {
        var (plain, preferring) = await MeasureAsync([], cancellationToken);
        var (_, far) = await MeasureAsync([AcceleratorPlacement.Embedder], cancellationToken);
        return new WorkerCost(plain, preferring, far);
    }

    private static async Task<(double Plain, double Preferring)> MeasureAsync(string[] acceleratedElsewhere, CancellationToken cancellationToken)
    {
        var models = Directory.CreateTempSubdirectory("orleansllm-bench-");
        await File.WriteAllTextAsync(Path.Combine(models.CreateSubdirectory("embedder").FullName, "manifest.json"), """{"name":"none","version":"0","files":{}}""", cancellationToken);
        await using var engine = InferenceEngine.Start(new InferenceOptions { ModelsDirectory = models.FullName }, TimeProvider.System, NullLoggerFactory.Instance);
        models.Delete(recursive: true);
        var port = LoopbackPort.Free();
        using var first = await StartAsync(port, port, engine, [], cancellationToken);
        using var second = await StartAsync(LoopbackPort.Free(), port, engine, acceleratedElsewhere, cancellationToken);
        var grains = first.Services.GetRequiredService<IGrainFactory>();
        // Metadata travel some moments after a silo has joined.
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        var text = new string('x', 300);
        var plain = await CpuAsync(async () => await grains.GetGrain<IRouterWorker>(0).ScoreTextAsync(text, long.MaxValue));
        var preferring = await CpuAsync(async () => await grains.GetGrain<IEmbeddingWorker>(0).EmbedAsync(text, long.MaxValue));
        await second.StopAsync(cancellationToken);
        await first.StopAsync(cancellationToken);
        return (plain, preferring);
    }

    private static async Task<IHost> StartAsync(int siloPort, int primaryPort, InferenceEngine engine, string[] accelerated, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, LoopbackPort.Free(), new IPEndPoint(IPAddress.Loopback, primaryPort));
            silo.UseAcceleratorPlacement(accelerated, engine.LaneModels);
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(engine);
        });
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }

    private static async Task<double> CpuAsync(Func<Task> call)
    {
        await RunAsync(call, Calls / 2);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        await RunAsync(call, Calls);
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMicroseconds / Calls;
    }

    private static Task RunAsync(Func<Task> call, int calls)
    {
        var left = calls;
        return Task.WhenAll(Enumerable.Range(0, Concurrency).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await call();
        }));
    }
}
