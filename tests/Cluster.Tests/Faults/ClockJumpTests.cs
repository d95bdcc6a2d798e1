using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// Two silos of which one's clock, then the other's, then both jump by an hour, forward and back, under load: requests are served on, no answer that
/// was invalidated or has expired is given, no limit opens twice.
/// </summary>
public sealed class ClockJumpTests(ITestOutputHelper output)
{
    private const string Hasty = "hastys-key-0000000000000";
    private const int PerMinute = 10;

    // Enough that acme's cap is spent at the end only.
    private const int Affordable = 400;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    // Of hasty's answers.
    private static readonly TimeSpan s_timeToLive = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Clock_SetForwardAndBackAnHour_ServesOnAndKeepsCapsLimitsInvalidationsAndTimesToLive()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") is null, "takes minutes: ./test.sh --chaos");
        using FakeClock first = new(), second = new();
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = await PacedUpstream.StartAsync(TimeSpan.FromMilliseconds(100));
        await using var cluster = new GatewayCluster(
            redis.Port,
            [
                .. WatchedLoad.SettingsFor(upstream, Affordable),
                ("OrleansLlm__Tenants__hasty__KeyHashes__0", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Hasty)))),
                ("OrleansLlm__Tenants__hasty__RateLimits__RequestsPerMinute", PerMinute.ToString(CultureInfo.InvariantCulture)),
                ("OrleansLlm__Tenants__hasty__CacheTimeToLive", s_timeToLive.ToString()),
            ]);
        await cluster.AddSiloAsync(serves: true, first.Environment);
        await cluster.AddSiloAsync(serves: true, second.Environment);
        using var watched = new WatchedLoad(cluster, upstream, Affordable, perSecond: 6);
        await watched.StartAsync();

        await JumpAsync("one forward", first.SetAsync(s_hour));
        await JumpAsync("and back", first.SetAsync(TimeSpan.Zero));
        await JumpAsync("the other back", second.SetAsync(-s_hour));
        await JumpAsync("both back", first.SetAsync(-s_hour));
        await JumpAsync("both forward", Task.WhenAll(first.SetAsync(TimeSpan.Zero), second.SetAsync(TimeSpan.Zero)));

        output.WriteLine(await watched.StopAsync());
        var seen = watched.Load.All;
        Assert.All(cluster.Silos, static s => Assert.False(s.HasEnded, s.Output));
        Assert.DoesNotContain(seen, static s => s.Problem is not null && (s.Key != WatchedLoad.Acme || s.Status != 429));
        Assert.DoesNotContain(seen, static s => s.Took > s_longest);

        // A minute's requests are spent once, whatever the clocks say of the minute.
        var asked = Stopwatch.GetTimestamp();
        var taken = 0;
        foreach (var ahead in new[] { TimeSpan.Zero, s_hour, 2 * s_hour })
        {
            await Task.WhenAll(first.SetAsync(ahead), second.SetAsync(ahead));
            for (var i = 0; i < 2 * PerMinute; i++)
                taken += await StatusAsync(cluster.Next(), $"What is said on page {ahead.TotalHours * 100 + i}?") == 200 ? 1 : 0;
        }

        var lasted = Stopwatch.GetElapsedTime(asked);
        output.WriteLine($"{taken} of {6 * PerMinute} requests were let in in {lasted.TotalSeconds:0.0} s, {PerMinute} a minute are allowed");
        Assert.InRange(taken, PerMinute, PerMinute * (1 + (int)(lasted / TimeSpan.FromMinutes(1))));

        // What was kept for a minute is gone after it, though the clock says that it is yet to be made.
        await Task.Delay(TimeSpan.FromSeconds(61), TestContext.Current.CancellationToken);
        const string kept = "What is written above the gate?";
        var made = Stopwatch.GetTimestamp();
        Assert.Equal("miss", await CacheAsync(cluster, kept));
        while (await CacheAsync(cluster, kept) != "exact")
            await Task.Delay(1000, TestContext.Current.CancellationToken);
        Assert.InRange(Stopwatch.GetElapsedTime(made), TimeSpan.Zero, s_timeToLive);
        await Task.WhenAll(first.SetAsync(TimeSpan.Zero), second.SetAsync(TimeSpan.Zero));
        // A clock that was set back may run a tenth slower.
        await Task.Delay((s_timeToLive * 1.15) - Stopwatch.GetElapsedTime(made), TestContext.Current.CancellationToken);
        Assert.Equal("miss", await CacheAsync(cluster, kept));

        async Task JumpAsync(string what, Task jump)
        {
            var began = Stopwatch.GetTimestamp();
            await jump;
            await Task.Delay(s_hold, TestContext.Current.CancellationToken);
            var recovery = await watched.RecoveredAsync();
            output.WriteLine($"{what}: all served, {recovery.TotalSeconds:0.0} s for it; {watched.Load.Summary(began)}");
        }
    }

    private static async Task<int> StatusAsync(GatewayProgram gateway, string question)
    {
        using var response = await AskAsync(gateway, question);
        return (int)response.StatusCode;
    }

    private static async Task<string> CacheAsync(GatewayCluster cluster, string question)
    {
        using var response = await AskAsync(cluster.Next(), question);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.GetValues("x-orleansllm-cache").Single();
    }

    private static Task<HttpResponseMessage> AskAsync(GatewayProgram gateway, string question)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Hasty) },
            Content = JsonContent.Create(new { model = "gpt-4o", messages = new[] { new { role = "system", content = "You keep the gate of the house of hasty." }, new { role = "user", content = question } } }),
        };
        return gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
