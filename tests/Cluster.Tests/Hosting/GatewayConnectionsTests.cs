using System.Globalization;
using System.Net.NetworkInformation;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Cluster.Tests.Faults;
using OrleansLlm.Cluster.Tests.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Hosting;

/// <summary>A stand-alone API and a silo that came after it.</summary>
public sealed class GatewayConnectionsTests(ITestOutputHelper output)
{
    private const int Shards = 16;

    [Fact]
    public async Task Leave_WhileANewSiloAnswersWhatCameByTheOldOne_EveryAnswerArrives()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fast = await PacedUpstream.StartAsync(TimeSpan.FromMilliseconds(50));
        // Until it is told that the old one has left, however long that took.
        await using var slow = await PacedUpstream.StartAsync(TimeSpan.FromMinutes(2));
        await using var cluster = new GatewayCluster(redis.Port);
        var old = await cluster.AddSiloAsync(own: ("OrleansLlm__Providers__paced__Endpoint", fast.Endpoint));
        // Once the old one has gone, the API has another way.
        await cluster.AddSiloAsync(own: ("OrleansLlm__Providers__paced__Endpoint", fast.Endpoint));
        await cluster.AddApiAsync();
        var port = LoopbackPort.Free();
        await cluster.AddSiloAsync(own: [("OrleansLlm__Providers__paced__Endpoint", slow.Endpoint), ("OrleansLlm__Cluster__GatewayPort", port.ToString(CultureInfo.InvariantCulture))]);

        // An API that is asked nothing has a way for the new silo's answers too.
        for (var attempt = 0; !IsConnected(port); attempt++)
        {
            Assert.True(attempt < 100, "no connection with the new silo");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        // A gateway grain lives where it was first asked for: one that knows both silos spreads them, and the newest, busiest with its start, may get none at first.
        await using var later = new GatewayCluster(redis.Port);
        await later.AddApiAsync();
        var spread = new OpenLoad(later, perSecond: 1, TimeSpan.Zero, Shards, (string?)null);
        var shards = 0;
        for (; slow.Calls.Count == 0; shards += Shards)
        {
            Assert.True(shards < 10 * Shards, "none of the gateway grains came to live on the new silo");
            // Backwards, so that no folder is asked for the same page twice.
            await Task.WhenAll(Enumerable.Range(shards, Shards).Reverse().Select(shard => spread.AskAsync(OpenLoad.Kind.Streamed, shard, null)));
        }

        var load = new OpenLoad(cluster, perSecond: 1, TimeSpan.Zero, shards, (string?)null);
        var asked = Enumerable.Range(0, shards).Select(shard => load.AskAsync(OpenLoad.Kind.Plain, shard, null)).ToList();
        while (slow.Calls.Count + fast.Calls.Count < 2 * shards)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(0, await cluster.RetireSiloAsync(old));
        output.WriteLine($"{asked.Count(static a => !a.IsCompleted)} answers of the new silo are awaited now that the old one has gone");
        Assert.Contains(asked, static a => !a.IsCompleted);

        await slow.HurryAsync();
        Assert.All(await Task.WhenAll(asked), static a => Assert.Null(a.Problem));
    }

    /// <summary>Between telling its clients that it leaves and telling the store may lie seconds, and its answers need the connection that they came by.</summary>
    [Fact]
    public async Task Leave_SlowToTellTheStore_WhatItAnswersMeanwhileArrives()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fast = await PacedUpstream.StartAsync(TimeSpan.FromMilliseconds(50));
        await using var slow = await PacedUpstream.StartAsync(TimeSpan.FromMinutes(2));
        await using var store = new DelayingProxy(redis.Port);
        await using var cluster = new GatewayCluster(redis.Port);
        var old = await cluster.AddSiloAsync(own:
        [
            ("OrleansLlm__Providers__paced__Endpoint", slow.Endpoint),
            ("OrleansLlm__Store__Redis", "127.0.0.1:" + store.Port.ToString(CultureInfo.InvariantCulture)),
            ("OrleansLlm__Store__Timeout", "00:00:20"),
        ]);
        await cluster.AddSiloAsync(own: ("OrleansLlm__Providers__paced__Endpoint", fast.Endpoint));
        await cluster.AddApiAsync();
        var load = new OpenLoad(cluster, perSecond: 1, TimeSpan.Zero, Shards, (string?)null);
        var asked = Enumerable.Range(0, Shards).Select(shard => load.AskAsync(OpenLoad.Kind.Plain, shard, null)).ToList();
        while (slow.Calls.Count + fast.Calls.Count < Shards)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.NotEmpty(slow.Calls);

        await using var connection = await redis.ConnectAsync();
        Assert.Equal(2, await ServingAsync(connection.GetDatabase()));
        store.Delay = TimeSpan.FromSeconds(0.8);
        var leaving = cluster.RetireSiloAsync(old);
        while (await ServingAsync(connection.GetDatabase()) > 1)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        // The API has read that since.
        await Task.Delay(2 * GatewayConnections.Interval, TestContext.Current.CancellationToken);
        await slow.HurryAsync();
        store.Delay = TimeSpan.Zero;
        Assert.All(await Task.WhenAll(asked), static a => Assert.Null(a.Problem));
        Assert.Equal(0, await leaving);
    }

    // Silos that are active, as Orleans writes the membership.
    private static async Task<int> ServingAsync(IDatabase store) =>
        (await store.HashValuesAsync("orleansllm/members/orleansllm")).Count(static v => v.ToString().Contains("\"Status\":3,", StringComparison.Ordinal));

    private static bool IsConnected(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
        .Any(c => c.RemoteEndPoint.Port == port && c.State == TcpState.Established);
}
