using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Storage;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>Two silos as processes on a real Redis, one of them killed with <c>kill -9</c> under traffic: every answer that a caller had stands in the ledger once.</summary>
public sealed class KilledSiloLedgerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Kill_OneOfTwoSilosUnderTraffic_EveryAnswerIsLedgeredOnce()
    {
        await using var redis = await RedisServer.StartAsync();
        var data = Directory.CreateTempSubdirectory("orleansllm-test-");
        using var stop = new CancellationTokenSource();
        var answered = new ConcurrentDictionary<string, decimal?>();
        var rounds = int.Parse(Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") ?? "1", CultureInfo.InvariantCulture);
        try
        {
            await using var stays = await StartAsync(redis, Path.Combine(data.FullName, "stays"));
            var lasting = new List<Task>();
            for (var round = 0; round < Math.Min(rounds, 10); round++)
            {
                await using var killed = await StartAsync(redis, Path.Combine(data.FullName, "killed"));
                var callers = new[] { stays, stays, killed, killed, killed }.Select((g, i) => AskAsync(g, $"{round}-{i}", answered, stop.Token)).ToArray();
                // Only what both write shows something.
                while ((await EntriesAsync(redis)).GroupBy(e => e.Writer).Count(w => w.Count() > 20) < 2 + round)
                    await Task.Delay(100, TestContext.Current.CancellationToken);
                killed.Kill();
                await Task.WhenAll(callers.Skip(2));
                lasting.AddRange(callers.Take(2));
            }

            // Brings over what the killed one left.
            await using var again = await StartAsync(redis, Path.Combine(data.FullName, "killed"));
            await stop.CancelAsync();
            await Task.WhenAll(lasting);
            var entries = new List<LedgerEntry>();
            for (var attempt = 0; attempt < 120; attempt++)
            {
                entries = await EntriesAsync(redis);
                if (answered.Keys.Except(entries.Select(e => e.RequestId)).FirstOrDefault() is null)
                    break;
                await Task.Delay(500, TestContext.Current.CancellationToken);
            }

            output.WriteLine($"{answered.Count} answers, {entries.Count} entries, {entries.Select(e => e.Writer).Distinct().Count()} writers");
            Assert.True(answered.Count > 50);
            Assert.Empty(answered.Keys.Except(entries.Select(e => e.RequestId)));
            Assert.Equal(entries.Count, entries.Select(e => e.RequestId).Distinct().Count());
            foreach (var entry in entries.Where(e => answered.GetValueOrDefault(e.RequestId) is not null))
                Assert.Equal(answered[entry.RequestId], entry.CostUsd);
            foreach (var writer in entries.GroupBy(e => e.Writer))
                Assert.Equal(Enumerable.Range(1, writer.Count()).Select(i => (long)i), writer.Select(e => e.Sequence).Order());

            // The sums that are reported are those of the entries, once those of requests that nobody waited for any more are in.
            JsonElement total = default;
            for (var attempt = 0; attempt < 120; attempt++)
            {
                total = (await again.Http.GetFromJsonAsync<JsonElement>("/admin/v1/savings", TestContext.Current.CancellationToken)).GetProperty("total");
                entries = await EntriesAsync(redis);
                if (entries.Count == total.GetProperty("requests").GetInt32())
                    break;
                await Task.Delay(500, TestContext.Current.CancellationToken);
            }

            Assert.Equal(entries.Count, total.GetProperty("requests").GetInt32());
            Assert.Equal(entries.Sum(e => e.CostUsd), total.GetProperty("cost_usd").GetDecimal());
            Assert.Equal(entries.Sum(e => e.BaselineUsd), total.GetProperty("baseline_usd").GetDecimal());
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    // What a caller had to the end counts, whatever became of the connection after it.
    private static async Task AskAsync(GatewayProgram gateway, string caller, ConcurrentDictionary<string, decimal?> answered, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var stream = i % 2 == 0;
            var body = new StringBuilder();
            string? id = null;
            try
            {
                // Some repeat.
                using var response = await gateway.AskAsync($"What does paragraph {caller}-{i - (i % 3)} of the handbook say?", stream);
                id = response.IsSuccessStatusCode ? response.Headers.GetValues("x-request-id").Single() : null;
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(CancellationToken.None));
                while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
                    body.AppendLine(line);
                if (id is not null && !stream)
                    answered[id] = decimal.Parse(response.Headers.GetValues("x-orleansllm-cost-usd").Single(), CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                return;
            }
            finally
            {
                if (id is not null && stream && body.ToString() is var text && text.Contains("data: [DONE]", StringComparison.Ordinal))
                    answered[id] = Cost(text);
            }
        }
    }

    // From the stream's closing comment.
    private static decimal? Cost(string body)
    {
        var at = body.LastIndexOf("cost-usd=", StringComparison.Ordinal);
        if (at < 0)
            return null;
        var digits = new string([.. body[(at + 9)..].TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return decimal.Parse(digits, CultureInfo.InvariantCulture);
    }

    private static async Task<List<LedgerEntry>> EntriesAsync(RedisServer redis)
    {
        await using var connection = await redis.ConnectAsync();
        var options = Options.Create(new LedgerOptions());
        var store = new RedisLedgerEntries(connection, options, TimeProvider.System);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var entries = new List<LedgerEntry>();
        foreach (var day in (DateOnly[])[today.AddDays(-1), today])
            entries.AddRange((await store.ReadAsync("default", day, 0, int.MaxValue, TestContext.Current.CancellationToken)).Select(l => LedgerLine.Read(l.Span)!));
        return entries;
    }

    private static Task<GatewayProgram> StartAsync(RedisServer redis, string data) => GatewayProgram.StartAsync(
        "orleansllm.dll",
        GatewayProgram.WithoutModels,
        ("ORLEANSLLM_DATA", data),
        ("OrleansLlm__Store__Redis", $"127.0.0.1:{redis.Port}"),
        ("OrleansLlm__Cluster__SiloPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__GatewayPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Risk__ShadowShare", "0"),
        ("OrleansLlm__Simulator__FirstTokenLatency", "00:00:00"),
        ("OrleansLlm__Simulator__TokensPerSecond", "0"));
}
