using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>
/// The real gateway process with its embedded store, killed with <c>kill -9</c> while its entries are packed into blocks: every answer that a caller had stands
/// in the ledger once. <c>ORLEANSLLM_CHAOS_ROUNDS</c> sets how often (1 where it is not set, 20 at most).
/// </summary>
public sealed class EmbeddedLedgerCrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Kill_WhileEntriesArePacked_EveryAnswerIsLedgeredOnce()
    {
        var rounds = Math.Min(20, int.Parse(Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") ?? "1", CultureInfo.InvariantCulture));
        var data = Directory.CreateTempSubdirectory("orleansllm-crash-");
        var answered = new ConcurrentDictionary<string, bool>();
        var random = new Random(5);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await using var gateway = await StartAsync(data.FullName);
                var callers = Enumerable.Range(0, 4).Select(_ => AskAsync(gateway, answered)).ToArray();
                var enough = answered.Count + 1100 + random.Next(1000);
                while (answered.Count < enough)
                    await Task.Delay(5, TestContext.Current.CancellationToken);
                gateway.Kill();
                await Task.WhenAll(callers);
            }

            await using var after = await StartAsync(data.FullName);
            List<LedgerEntry> entries;
            do
            {
                await Task.Delay(200, TestContext.Current.CancellationToken);
                entries = [.. LedgerLine.Split(await after.Http.GetByteArrayAsync("/admin/v1/ledger", TestContext.Current.CancellationToken)).Select(static l => LedgerLine.Read(l.Span)!)];
            }
            while (answered.Keys.Except(entries.Select(static e => e.RequestId)).Any());

            output.WriteLine($"{rounds} rounds: {answered.Count} answers, {entries.Count} entries, {Directory.EnumerateFiles(data.FullName, "*.gz", SearchOption.AllDirectories).Count()} blocks");
            Assert.Equal(entries.Count, entries.Select(static e => e.RequestId).Distinct().Count());
            Assert.NotEmpty(Directory.EnumerateFiles(data.FullName, "*.gz", SearchOption.AllDirectories));
            foreach (var writer in entries.GroupBy(static e => e.Writer))
                Assert.Equal(Enumerable.Range(1, writer.Count()).Select(static i => (long)i), writer.Select(static e => e.Sequence));

            var report = await after.Http.GetFromJsonAsync<JsonElement>("/admin/v1/savings", TestContext.Current.CancellationToken);
            Assert.Equal(entries.Count, report.GetProperty("total").GetProperty("requests").GetInt32());
            Assert.Equal(entries.Sum(static e => e.BaselineUsd), report.GetProperty("total").GetProperty("baseline_usd").GetDecimal());
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    // Hits, of which there are many a second.
    private static async Task AskAsync(GatewayProgram gateway, ConcurrentDictionary<string, bool> answered)
    {
        try
        {
            while (true)
            {
                using var response = await gateway.AskAsync("How do I change my password?");
                await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
                if (response.IsSuccessStatusCode)
                    answered[response.Headers.GetValues("x-request-id").Single()] = true;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            // Killed.
        }
    }

    private static Task<GatewayProgram> StartAsync(string data) => GatewayProgram.StartAsync(
        "orleansllm.dll",
        GatewayProgram.WithoutModels,
        ("ORLEANSLLM_DATA", data),
        ("OrleansLlm__Risk__ShadowShare", "0"),
        ("OrleansLlm__Simulator__FirstTokenLatency", "00:00:00"),
        ("OrleansLlm__Simulator__TokensPerSecond", "0"));
}
