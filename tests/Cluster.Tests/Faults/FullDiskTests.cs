using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Hosting;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>The disk of the embedded store is full for a while. Needs root, to mount a small one.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int Requests = 5;

    [Fact]
    public async Task FullDisk_RequestsAreServedAndOnceThereIsRoomTheProcessAsksToBeStartedAnew()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") is null, "takes a minute: ./test.sh --chaos");
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "needs root, to mount a small disk");
        var folder = Directory.CreateTempSubdirectory("orleansllm-disk-");
        Run("mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", folder.FullName);
        try
        {
            await using var gateway = await StartAsync(folder);
            await AskAsync(gateway, "before");

            var filler = Path.Combine(folder.FullName, "filler");
            await FillAsync(filler);
            var longest = TimeSpan.Zero;
            for (var i = 0; i < Requests; i++)
            {
                var took = await AskAsync(gateway, $"full {i}");
                longest = took > longest ? took : longest;
            }

            output.WriteLine($"while the disk is full: {Requests} requests served, the slowest in {longest.TotalMilliseconds:0} ms");
            File.Delete(filler);
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

            await using var next = await StartAsync(folder);
            Assert.True(await IsLiveAsync(next));
            // Those from before and after; while the disk took none, entries were in memory, and went with the process.
            while (await LedgeredAsync(next) < 2)
                await Task.Delay(500, patience.Token);
            output.WriteLine($"{await LedgeredAsync(next)} of {2 + Requests} requests are in the ledger");
        }
        finally
        {
            Run("umount", "-l", folder.FullName);
            folder.Delete(recursive: true);
        }
    }

    private static Task<GatewayProgram> StartAsync(DirectoryInfo folder) => GatewayProgram.StartAsync(
        "orleansllm.dll", ("ORLEANSLLM_DATA", Path.Combine(folder.FullName, "data")), ("OrleansLlm__Simulator__TokensPerSecond", "0"));

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

    private static async Task FillAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var piece = new byte[16 * 1024];
        try
        {
            while (true)
                await stream.WriteAsync(piece, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"{program} ended with {process.ExitCode}"));
    }
}
