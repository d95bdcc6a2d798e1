using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using k8s.Models;
using OrleansLlm.Cluster.Tests.Hosting.Tls;
using OrleansLlm.Cluster.Tests.Upstream;

namespace OrleansLlm.Cluster.Tests.Kubernetes;

/// <summary>Overlays in operation: Redis, silos and APIs as the processes that its manifests describe.</summary>
public sealed class ManifestRunTests(ITestOutputHelper output) : IDisposable
{
    private const string Key = "a-tenants-key-of-this-test-alone";
    private const string OperatorKey = "an-operators-key-of-this-test-alone";
    private const string ProviderKey = "sk-provider-canary-0123456789";
    private const string RedisPassword = "redis-canary-0123456789";
    private const string Answer =
        """{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Seven years."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-pods-");
    // Addresses of this run, of the sixteen million that loopback has.
    private readonly string _network = $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}.";

    public void Dispose() => _folder.Delete(recursive: true);

    // The long form of the tests runs as many as the cluster would, and with TLS as well; otherwise the fewest that make a cluster.
    private static readonly bool s_asDeployed = Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") is not null;

    public static TheoryData<string> Overlays => s_asDeployed ? ["redis", "production"] : ["redis"];

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_RunAsItsManifestsSay_ServesAndStopsWithinItsGracePeriod(string overlay)
    {
        var objects = Manifests.Render(overlay);
        var pods = Manifests.Pods(objects).ToDictionary(static p => p.Name, static p => p.Template.Spec);
        int Count(string name, int few) => s_asDeployed ? objects.OfType<V2HorizontalPodAutoscaler>().Single(h => h.Spec.ScaleTargetRef.Name == name).Spec.MinReplicas!.Value : few;

        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, Answer));
        var files = objects.OfType<V1ConfigMap>().SelectMany(static m => m.Data.Select(d => (Path: m.Metadata.Name + "/" + d.Key, Text: d.Value))).ToDictionary(static f => f.Path, static f => f.Text);
        files["orleansllm-tenants/default"] = Key;
        files["orleansllm-tenants/operators"] = OperatorKey;
        files["orleansllm-providers/openai"] = ProviderKey;
        files["orleansllm-redis/password"] = RedisPassword + "\n";
        var redisAddress = _network + "2";
        using var authority = new TestAuthority(IPAddress.Parse(redisAddress));
        foreach (var (secret, uses) in new (string, string[])[] { ("orleansllm-silo-tls", []), ("orleansllm-api-tls", [TestAuthority.ClientUse]), ("orleansllm-redis-tls", [TestAuthority.ServerUse]) })
        {
            var (certificate, key) = authority.Issue(secret, null, uses);
            files[secret + "/tls.crt"] = await File.ReadAllTextAsync(certificate, TestContext.Current.CancellationToken);
            files[secret + "/tls.key"] = await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken);
            files[secret + "/ca.crt"] = await File.ReadAllTextAsync(authority.CaFile, TestContext.Current.CancellationToken);
        }

        var hosts = new Dictionary<string, string> { ["orleansllm-redis"] = redisAddress };
        var running = new List<PodProcess>();
        PodProcess Start(string name, int at)
        {
            var pod = PodProcess.Start(
                $"{name} at {_network}{at}", pods[name], IPAddress.Parse(_network + at), _folder.CreateSubdirectory($"{name}-{at}"), files, hosts,
                [("OrleansLlm__Providers__openai__Endpoint", provider.Url + "/v1")]);
            running.Add(pod);
            return pod;
        }

        try
        {
            var redis = Start("orleansllm-redis", 2);
            await redis.StartedAsync();
            var silos = Enumerable.Range(0, Count("orleansllm-silo", 2)).Select(i => Start("orleansllm-silo", 10 + i)).ToList();
            var apis = Enumerable.Range(0, Count("orleansllm-api", 1)).Select(i => Start("orleansllm-api", 30 + i)).ToList();
            await Task.WhenAll(silos.Concat(apis).Select(static p => p.StartedAsync()));

            foreach (var (api, cached) in apis.Zip(["miss", "exact"]))
                Assert.Equal((HttpStatusCode.OK, cached), await AskAsync(api, Key));
            Assert.Equal((HttpStatusCode.OK, "exact"), await AskAsync(apis[0], Key));
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(apis[0], "another")).Status);
            Assert.Equal("Bearer " + ProviderKey, provider.Requests.First().Headers["authorization"]);
            Assert.Contains(ScaledBy() + "{", await MetricsAsync(silos[0]), StringComparison.Ordinal);

            var ends = await Task.WhenAll(running.Where(p => p != redis).Select(static async p => (Pod: p, End: await p.TerminateAsync())));
            foreach (var (pod, end) in ends.Append((redis, await redis.TerminateAsync())))
            {
                output.WriteLine($"{pod.Name} ended with {end.ExitCode} after {end.Took.TotalSeconds:0.0} s");
                Assert.True(end.ExitCode == 0, $"{pod.Name} ended with {end.ExitCode}. It said:\n{pod.Output}");
            }

            foreach (var secret in new[] { Key, OperatorKey, ProviderKey, RedisPassword })
                Assert.All(running, p => Assert.DoesNotContain(secret, p.Output, StringComparison.Ordinal));
        }
        finally
        {
            foreach (var pod in Enumerable.Reverse(running))
                await pod.DisposeAsync();
        }
    }

    private static string ScaledBy() => Manifests.Render("production").OfType<V2HorizontalPodAutoscaler>()
        .SelectMany(static h => h.Spec.Metrics).Single(static m => m.Pods is not null).Pods.Metric.Name;

    private static async Task<(HttpStatusCode Status, string? Cache)> AskAsync(PodProcess api, string key)
    {
        using var http = Client(api, key);
        using var answer = await http.PostAsJsonAsync(
            "/v1/chat/completions", new { model = "gpt-4o", messages = new[] { new { role = "user", content = "How long are the records of a closed account kept?" } } }, TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.Headers.TryGetValues("x-orleansllm-cache", out var cache) ? cache.Single() : null);
    }

    private static async Task<string> MetricsAsync(PodProcess silo)
    {
        using var http = Client(silo, OperatorKey);
        return await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
    }

    private static HttpClient Client(PodProcess pod, string key) =>
        new() { BaseAddress = pod.Url("http"), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
}
