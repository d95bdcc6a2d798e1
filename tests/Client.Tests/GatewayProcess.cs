using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Inference;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Client.Tests;

/// <summary>The real all-in-one host (Orleans, Garnet, models, Kestrel) on a free port, with the simulator as its provider.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    // Loaded once: two fifths of what a start takes. They hold nothing of what they are asked. One test's crowd must not find another's queue full: a question
    // that is verified against eight candidates is sixteen items of the default's 256.
    private static readonly Lazy<InferenceEngine> s_models = new(static () => InferenceEngine.Start(
        new InferenceOptions { QueueCapacity = 65_536 }, TimeProvider.System, NullLoggerFactory.Instance));

    private readonly AllInOneHost _host;
    private readonly DirectoryInfo? _ownData;

    private GatewayProcess(AllInOneHost host, DirectoryInfo? ownData)
    {
        _host = host;
        _ownData = ownData;
        Url = host.Urls.First();
        Http = new HttpClient { BaseAddress = new Uri(Url) };
    }

    public string Url { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _host.Services;

    public static async Task<GatewayProcess> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, string? dataDirectory = null, ILoggerProvider? logs = null,
        Func<IServiceProvider, IUpstreamCatalog, IUpstreamCatalog>? wrapUpstreams = null)
    {
        var ownData = dataDirectory is null ? Directory.CreateTempSubdirectory("orleansllm-test-") : null;
        var overrides = new Dictionary<string, string?>
        {
            ["OrleansLlm:Simulator:FirstTokenLatency"] = "00:00:00.020",
            ["OrleansLlm:Simulator:TokensPerSecond"] = "0",
            ["OrleansLlm:Simulator:AllowFaults"] = "true",
            // Sampled checks are calls of their own; tests that are about them switch them on.
            ["OrleansLlm:Risk:ShadowShare"] = "0",
            ["OrleansLlm:Risk:CompareShare"] = "0",
            // A busy test machine must not turn a hit into a skipped layer.
            ["OrleansLlm:Gateway:CacheTimeout"] = "00:00:20",
            ["OrleansLlm:Gateway:RoutingTimeout"] = "00:00:20",
            ["OrleansLlm:Gateway:CompressionTimeout"] = "00:00:20",
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
            overrides[key] = value;
        var host = await AllInOneHost.StartAsync(
            new HostSettings
            {
                Urls = "http://127.0.0.1:0",
                DataDirectory = dataDirectory ?? ownData!.FullName,
                LogToConsole = false,
                Overrides = overrides,
                ExtraLogger = logs,
                WrapUpstreams = wrapUpstreams,
                Engine = overrides.Keys.Any(static k => k.StartsWith("OrleansLlm:Inference:", StringComparison.Ordinal)) ? null : s_models.Value,
            },
            TestContext.Current.CancellationToken);
        return new GatewayProcess(host, ownData);
    }

    /// <summary>Sends a chat request with one user message.</summary>
    public Task<HttpResponseMessage> AskAsync(string question, string model = "gpt-4o", string? key = null, bool stream = false, params (string Name, string Value)[] headers) =>
        PostAsync(new { model, messages = new[] { new { role = "user", content = question } }, stream }, key, "/v1/chat/completions", headers);

    public async Task<HttpResponseMessage> PostAsync(object body, string? key = null, string path = "/v1/chat/completions", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is string text ? new StringContent(text, Encoding.UTF8, "application/json") : JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Authorization", "Bearer " + key);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until a question's answer is in its shard, where its rewordings find it: it goes there after the reply.</summary>
    public async Task StoredAsync(string question, string? key = null, string model = "gpt-4o")
    {
        // Another text of the same meaning, so that no silo's own memory answers.
        var body = new { model, messages = new[] { new { role = "user", content = question + " " } } };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var response = await PostAsync(body, key, "/v1/explain");
            var explanation = await response.Content.ReadFromJsonAsync<JsonElement>(patience.Token);
            if (explanation.GetProperty("cache").GetProperty("candidate_question").GetString() == question)
                return;
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Gives a verdict on a hit, once the hit has been noted: that goes on beside its reply.</summary>
    public async Task<HttpResponseMessage> JudgeAsync(HttpResponseMessage hit, string verdict, string? key = null)
    {
        var body = new { request_id = hit.Headers.GetValues("x-request-id").Single(), verdict };
        for (var attempt = 0; ; attempt++)
        {
            var response = await PostAsync(body, key, "/v1/feedback");
            if (response.StatusCode != System.Net.HttpStatusCode.NotFound || attempt == 100)
                return response;
            response.Dispose();
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async Task<JsonElement> SavingsAsync(string? key = null, string query = "")
    {
        // Entries travel in batches of 100 ms.
        await Services.GetRequiredService<OrleansLlm.Grains.Ledger.LedgerWriter>().FlushAsync();
        for (var attempt = 0; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/v1/savings" + query);
            if (key is not null)
                request.Headers.Add("Authorization", "Bearer " + key);
            using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
            // On a busy machine a read may meet its limit: "try again", as those who read it do.
            if (response.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable && attempt < 5)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
                continue;
            }

            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
        _ownData?.Delete(recursive: true);
    }
}
