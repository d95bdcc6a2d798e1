using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Tenants;

/// <summary>Two silos as processes of their own on one real Redis: a key made at one opens both, and one revoked at one opens neither.</summary>
public sealed class TwoSiloKeyTests(ITestOutputHelper output)
{
    private const string Operator = "operators-key-0000000000";
    private const int Rounds = 5;

    [Fact]
    public async Task Revoke_AtOneSilo_HoldsAtBothFromTheMomentItReturns()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await StartAsync(redis);
        await using var b = await StartAsync(redis);
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < Rounds; round++)
        {
            var (id, key) = await CreateAsync(round % 2 == 0 ? a : b);
            // From the moment it was made it opens both.
            Assert.Equal(HttpStatusCode.OK, await UseAsync(a, key));
            Assert.Equal(HttpStatusCode.OK, await UseAsync(b, key));

            var seen = new ConcurrentBag<(long Began, HttpStatusCode Status)>();
            using var stop = new CancellationTokenSource();
            var users = new[] { a, b, a, b }.Select(async silo =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var began = Stopwatch.GetTimestamp();
                    seen.Add((began, await UseAsync(silo, key)));
                }
            }).ToArray();
            await Task.Delay(200, TestContext.Current.CancellationToken);
            var asked = Stopwatch.GetTimestamp();
            using var revoked = await SendAsync(round % 2 == 0 ? b : a, HttpMethod.Delete, "/admin/v1/keys/" + id, Operator);
            var returned = Stopwatch.GetTimestamp();
            Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
            await Task.Delay(300, TestContext.Current.CancellationToken);
            await stop.CancelAsync();
            await Task.WhenAll(users);

            Assert.Contains(seen, s => s.Began < asked && s.Status == HttpStatusCode.OK);
            Assert.Contains(seen, s => s.Began > returned);
            Assert.DoesNotContain(seen, s => s.Began > returned && s.Status != HttpStatusCode.Unauthorized);
            var took = Stopwatch.GetElapsedTime(asked, returned);
            slowest = took > slowest ? took : slowest;
        }

        output.WriteLine($"{Rounds} revocations, the slowest took {slowest.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task Keys_AfterTheSiloThatKeptThemWasKilled_AreThere()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await StartAsync(redis);
        // The keys' grain lives in the only silo there is.
        var (_, key) = await CreateAsync(first);
        var (id, gone) = await CreateAsync(first);
        using var revoked = await SendAsync(first, HttpMethod.Delete, "/admin/v1/keys/" + id, Operator);
        await using var second = await StartAsync(redis);
        Assert.Equal(HttpStatusCode.OK, await UseAsync(second, key));
        first.Kill();
        // What was read before the kill is trusted for half a second.
        await Task.Delay(1000, TestContext.Current.CancellationToken);

        // Until the dead silo is found dead, nobody knows whether a key was revoked meanwhile: none opens anything.
        var killed = Stopwatch.GetTimestamp();
        var status = await UseAsync(second, key);
        for (var attempt = 0; attempt < 240 && status != HttpStatusCode.OK; attempt++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            await Task.Delay(500, TestContext.Current.CancellationToken);
            status = await UseAsync(second, key);
        }

        output.WriteLine($"keys were back {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s after the kill");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(HttpStatusCode.Unauthorized, await UseAsync(second, gone));
    }

    private static async Task<(string Id, string Key)> CreateAsync(GatewayProgram silo)
    {
        using var created = await SendAsync(silo, HttpMethod.Post, "/admin/v1/keys", Operator, new { name = "a key", tenant = "acme" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var json = await created.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return (json.GetProperty("id").GetString()!, json.GetProperty("key").GetString()!);
    }

    private static async Task<HttpStatusCode> UseAsync(GatewayProgram silo, string key)
    {
        using var response = await SendAsync(silo, HttpMethod.Get, "/v1/models", key);
        return response.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(GatewayProgram silo, HttpMethod method, string path, string key, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await silo.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<GatewayProgram> StartAsync(RedisServer redis) => GatewayProgram.StartAsync(
        "orleansllm.dll",
        GatewayProgram.WithoutModels,
        ("OrleansLlm__Store__Redis", "127.0.0.1:" + redis.Port.ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__SiloPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__GatewayPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Tenants__ops__KeyHashes__0", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Operator)))),
        ("OrleansLlm__Tenants__ops__Operator", "true"),
        ("OrleansLlm__Tenants__acme__KeyHashes__0", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("acmes-key-00000000000000")))));
}
