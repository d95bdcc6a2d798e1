using System.Diagnostics;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Hosting;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>The disk of the embedded store is full for a while.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int Requests = 5;

    // Nothing is in flight, and leaving takes no longer than this.
    private static readonly TimeSpan s_leaving = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task FullDisk_RequestsAreServedAndOnceThereIsRoomTheProcessAsksToBeStartedAnew()
    {
        await using var disk = SmallDisk.Mount();
        await using var gateway = await StartAsync(disk);
        await AskAsync(gateway, "before");

        await disk.FillAsync();
        var longest = TimeSpan.Zero;
        for (var i = 0; i < Requests; i++)
        {
            var took = await AskAsync(gateway, $"full {i}");
            longest = took > longest ? took : longest;
        }

        output.WriteLine($"while the disk is full: {Requests} requests served, the slowest in {longest.TotalMilliseconds:0} ms");
        disk.Free();
        var freed = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        // What a supervisor looks at.
        while (await IsLiveAsync(gateway))
            await Task.Delay(500, patience.Token);
        output.WriteLine($"to be started anew {Stopwatch.GetElapsedTime(freed).TotalSeconds:0.0} s after there was room again");
        await AskAsync(gateway, "after");
        gateway.Terminate();
        await gateway.ExitAsync();

        await using var next = await StartAsync(disk);
        Assert.True(await IsLiveAsync(next));
        // Those from before and after; while the disk took none, entries were in memory, and went with the process.
        while (await LedgeredAsync(next) < 2)
            await Task.Delay(500, patience.Token);
        output.WriteLine($"{await LedgeredAsync(next)} of {2 + Requests} requests are in the ledger");
    }

    [Fact]
    public async Task Terminate_WhileTheDiskIsFull_EndsInTimeAndKeepsWhatWasStoredBefore()
    {
        await using var disk = SmallDisk.Mount();
        await using var gateway = await StartAsync(disk);
        for (var i = 0; i < Requests; i++)
            await AskAsync(gateway, $"before {i}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        while (await LedgeredAsync(gateway) < Requests)
            await Task.Delay(100, patience.Token);

        await disk.FillAsync();
        for (var i = 0; i < Requests; i++)
            await AskAsync(gateway, $"full {i}");
        var told = Stopwatch.GetTimestamp();
        gateway.Terminate();
        var exit = await gateway.ExitAsync();
        var took = Stopwatch.GetElapsedTime(told);
        output.WriteLine($"told to end while its disk is full: ended after {took.TotalSeconds:0.0} s with {exit}");
        Assert.InRange(took, TimeSpan.Zero, s_leaving);
        Assert.Equal(0, exit);

        disk.Free();
        await using var next = await StartAsync(disk);
        while (await LedgeredAsync(next) < Requests)
            await Task.Delay(100, patience.Token);
        output.WriteLine($"{await LedgeredAsync(next)} of {2 * Requests} requests are in the ledger, {Requests} of them from before the disk was full");
        using var again = await next.AskAsync("What is before 0?");
        Assert.Equal("exact", again.Headers.GetValues("x-orleansllm-cache").Single());
    }

    private static Task<GatewayProgram> StartAsync(SmallDisk disk) => GatewayProgram.StartAsync(
        "orleansllm.dll", ("ORLEANSLLM_DATA", Path.Combine(disk.Folder, "data")), ("OrleansLlm__Simulator__TokensPerSecond", "0"));

    private static async Task<bool> IsLiveAsync(GatewayProgram gateway)
    {
        try
        {
            using var response = await gateway.Http.GetAsync("/health/live", TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException e)
        {
            throw new InvalidOperationException($"It does not listen any more. It said:\n{gateway.Output}", e);
        }
    }

    private static async Task<TimeSpan> AskAsync(GatewayProgram gateway, string what)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await gateway.AskAsync($"What is {what}?");
        Assert.True(answer.IsSuccessStatusCode);
        await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return Stopwatch.GetElapsedTime(began);
    }

    private static async Task<int> LedgeredAsync(GatewayProgram gateway)
    {
        using var response = await gateway.Http.GetAsync("/admin/v1/savings", TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode)
            return 0;
        using var savings = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return savings.RootElement.GetProperty("total").GetProperty("requests").GetInt32();
    }
}
