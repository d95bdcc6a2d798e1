using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLlm.Bench.Processes;
using OrleansLlm.Grains.Abstractions.RateLimits;

namespace OrleansLlm.Bench.Scale;

/// <summary>
/// What it costs that a grain is on another silo: the same call of the same grain, near and far, two silos in this process and a socket between
/// them. Processor time is that of both ends.
/// </summary>
/// <param name="NearMicroseconds">Processor time of a call within a silo.</param>
/// <param name="FarMicroseconds">Processor time of a call to the other silo.</param>
/// <param name="FarLatencyMicroseconds">Median time until the answer from the other silo, one caller.</param>
internal sealed record HopCost(double NearMicroseconds, double FarMicroseconds, double FarLatencyMicroseconds)
{
    // As much as an embedding or a short answer.
    private const int PayloadCharacters = 1536;
    private const int Calls = 5_000;

    // A lone caller: every message wakes a thread at either end. Where many calls go the same way at once they share that, and a hop costs a
    // tenth; a model that counts with it would promise what a spread load does not keep.
    private const int Concurrency = 1;

    public double Microseconds => FarMicroseconds - NearMicroseconds;

    public static async Task<HopCost> MeasureAsync(CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        using var first = await StartAsync(port, port, cancellationToken);
        using var second = await StartAsync(LoopbackPort.Free(), port, cancellationToken);
        var grains = first.Services.GetRequiredService<IGrainFactory>();
        var here = first.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        IRateLimitGrain? near = null, far = null;
        for (var i = 0; near is null || far is null; i++)
        {
            var grain = grains.GetGrain<IRateLimitGrain>("tenant-" + i.ToString(CultureInfo.InvariantCulture));
            await grain.ExchangeAsync("", []);
            var at = await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grain, cancellationToken);
            (near, far) = here.Equals(at) ? (grain, far) : (near, grain);
        }

        var cost = new HopCost(await CpuAsync(near), await CpuAsync(far), await LatencyAsync(far));
        await second.StopAsync(cancellationToken);
        await first.StopAsync(cancellationToken);
        return cost;
    }

    private static async Task<IHost> StartAsync(int siloPort, int primaryPort, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, LoopbackPort.Free(), new IPEndPoint(IPAddress.Loopback, primaryPort));
            silo.Services.AddSingleton(TimeProvider.System);
        });
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }

    private static async Task<double> CpuAsync(IRateLimitGrain grain)
    {
        await CallAsync(grain, Calls / 2);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        await CallAsync(grain, Calls);
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMicroseconds / Calls;
    }

    private static Task CallAsync(IRateLimitGrain grain, int calls)
    {
        var left = calls;
        return Task.WhenAll(Enumerable.Range(0, Concurrency).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await grain.ExchangeAsync(new string('x', PayloadCharacters), []);
        }));
    }

    private static async Task<double> LatencyAsync(IRateLimitGrain grain)
    {
        var times = new double[2000];
        for (var i = 0; i < times.Length; i++)
        {
            var sent = Stopwatch.GetTimestamp();
            await grain.ExchangeAsync(new string('x', PayloadCharacters), []);
            times[i] = Stopwatch.GetElapsedTime(sent).TotalMicroseconds;
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }
}
