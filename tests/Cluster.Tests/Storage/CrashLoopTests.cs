using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Hosting;

namespace OrleansLlm.Cluster.Tests.Storage;

/// <summary>
/// The real gateway process with its embedded store, killed again and again while it writes. <c>ORLEANSLLM_CHAOS_ROUNDS</c> sets how often
/// (2 where it is not set; <c>./test.sh --chaos</c>: 100).
/// </summary>
public sealed class CrashLoopTests(ITestOutputHelper output)
{
    // The flush interval, and what a busy machine may add to it before the write reaches the store.
    private static readonly TimeSpan Unflushed = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Kill_WhileWriting_LosesAtMostTheUnflushedBatch()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") ?? "2", CultureInfo.InvariantCulture);
        var data = Directory.CreateTempSubdirectory("orleansllm-crash-");
        var random = new Random(11);
        var kept = new Dictionary<string, string>();
        var oldestLost = TimeSpan.Zero;
        var (asked, lost) = (0, 0);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                var answered = new List<(string Question, string Answer, long At)>();
                long killed;
                string said;
                await using (var gateway = await StartAsync(data.FullName))
                {
                    // The first miss of a process takes long.
                    await AskAsync(gateway, $"What does edition {round} of the handbook say?");
                    using var stop = new CancellationTokenSource();
                    var writers = Enumerable.Range(0, 2).Select(async writer =>
                    {
                        for (var i = 0; !stop.IsCancellationRequested; i++)
                        {
                            var question = $"What does paragraph {round * 100_000 + writer * 50_000 + i} of the handbook say?";
                            try
                            {
                                var (_, answer) = await AskAsync(gateway, question);
                                lock (answered)
                                    answered.Add((question, answer, Stopwatch.GetTimestamp()));
                            }
                            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
                            {
                                // Killed in the middle of an answer.
                                return;
                            }
                        }
                    }).ToArray();
                    await Task.Delay(random.Next(400, 1500), TestContext.Current.CancellationToken);
                    while (answered.Count == 0)
                        await Task.Delay(20, TestContext.Current.CancellationToken);
                    killed = Stopwatch.GetTimestamp();
                    gateway.Kill();
                    await stop.CancelAsync();
                    await Task.WhenAll(writers);
                    said = gateway.Output;
                }

                await using var after = await StartAsync(data.FullName);
                Assert.NotEmpty(answered);
                var missing = new List<TimeSpan>();
                foreach (var (question, answer, at) in answered)
                {
                    var (cache, again) = await AskAsync(after, question);
                    Assert.Equal(answer, again);
                    asked++;
                    var age = Stopwatch.GetElapsedTime(at, killed);
                    if (cache == "exact")
                    {
                        kept[question] = answer;
                        continue;
                    }

                    lost++;
                    missing.Add(age);
                }

                var oldest = missing.Count == 0 ? TimeSpan.Zero : missing.Max();
                oldestLost = oldest > oldestLost ? oldest : oldestLost;
                output.WriteLine($"round {round}: {answered.Count} answers, {missing.Count} lost, the oldest {oldest.TotalMilliseconds:0} ms before the kill; {said.Count(static c => c == '\n')} lines said");
                Assert.True(oldest <= Unflushed + Busy, $"round {round}: of {answered.Count} answers {missing.Count} were lost, the oldest given {oldest.TotalMilliseconds:0} ms before the kill.\n{said}");

                // What one crash spared, no later one takes.
                foreach (var (question, answer) in kept.OrderBy(_ => random.Next()).Take(50))
                    Assert.Equal(("exact", answer), await AskAsync(after, question));
                Assert.DoesNotContain("damaged", after.Output, StringComparison.Ordinal);
                after.Kill();
            }
        }
        finally
        {
            data.Delete(recursive: true);
        }

        output.WriteLine($"{rounds} rounds: {asked} answers, {lost} lost, the oldest {oldestLost.TotalMilliseconds:0} ms before its kill");
    }

    private static Task<GatewayProgram> StartAsync(string data) => GatewayProgram.StartAsync(
        "orleansllm.dll",
        ("ORLEANSLLM_DATA", data),
        ("OrleansLlm__Simulator__FirstTokenLatency", "00:00:00"),
        ("OrleansLlm__Simulator__TokensPerSecond", "0"),
        ("OrleansLlm__Gateway__CacheTimeout", "00:00:20"),
        // Only the exact entry counts here.
        ("OrleansLlm__Cache__AcceptThreshold", "1"));

    private static async Task<(string Cache, string Answer)> AskAsync(GatewayProgram gateway, string question)
    {
        using var response = await gateway.AskAsync(question);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return (response.Headers.GetValues("x-orleansllm-cache").Single(), body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!);
    }
}
