using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Upstream;
using OrleansLlm.Silo.Transfer;

namespace OrleansLlm.Cluster.Tests.Commands;

public sealed class CacheTransferTests : IDisposable
{
    private const string Silo = "orleansllm.dll";
    private const string KeyVariable = "ORLEANSLLM_TRANSFER_TESTS_KEY";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-transfer-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Import_PairsThenExportThenImportElsewhere_HitsInBoth()
    {
        await WriteAsync(
            "pairs.jsonl",
            new { question = "How do I reset my online banking password?", answer = "Press reset.\nA code arrives.", tags = new[] { "handbook" } },
            new { question = "Which branch opens on Saturdays?", answer = "The one in Hill Street.", @namespace = "branches" });
        await using (var first = await GatewayProgram.StartAsync(Silo))
        {
            var import = await RunAsync("import", "pairs.jsonl", first);
            Assert.Equal((0, "2 answers imported, 0 too old, 0 lines skipped."), (import.ExitCode, import.Output.Trim()));
            await AssertHitsAsync(first);
            var export = await RunAsync("export", "out.jsonl", first);
            Assert.Equal((0, "2 answers exported."), (export.ExitCode, export.Output.Trim()));
        }

        Assert.False(File.Exists(PathOf("out.jsonl.export")));
        Assert.Equal(2, (await File.ReadAllLinesAsync(PathOf("out.jsonl"), TestContext.Current.CancellationToken)).Length);
        await using var second = await GatewayProgram.StartAsync(Silo);
        Assert.Equal(0, (await RunAsync("import", "out.jsonl", second)).ExitCode);
        await AssertHitsAsync(second);
        // Its tag came along.
        Assert.Equal(HttpStatusCode.OK, (await second.Http.DeleteAsync("/admin/v1/cache?tag=handbook", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("miss", Cache(await second.AskAsync("How can I reset my online banking password?")));
        Assert.Equal(0, (await RunAsync("export", "rest.jsonl", second)).ExitCode);
        Assert.DoesNotContain("handbook", await File.ReadAllTextAsync(PathOf("rest.jsonl"), TestContext.Current.CancellationToken));

        static async Task AssertHitsAsync(GatewayProgram gateway)
        {
            using var exact = await gateway.AskAsync("How do I reset my online banking password?");
            Assert.Equal("exact", Cache(exact));
            Assert.Contains("A code arrives.", await exact.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.Equal("semantic", Cache(await gateway.AskAsync("How can I reset my online banking password?")));
            // Asked without its namespace, and without storing what a call would bring.
            using var explained = await gateway.Http.PostAsJsonAsync(
                "/v1/explain", new { model = "gpt-4o", messages = new[] { new { role = "user", content = "Which branch opens on Saturdays?" } } }, TestContext.Current.CancellationToken);
            var explanation = await explained.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            Assert.Equal("miss", explanation.GetProperty("cache").GetProperty("kind").GetString());
        }
    }

    [Fact]
    public async Task Import_LogLines_TakesWholeAnswersAlone()
    {
        await using var gateway = await GatewayProgram.StartAsync(Silo);
        await WriteAsync(
            "log.jsonl",
            Line("Who audits the auditors?", new { choices = new[] { new { index = 0, finish_reason = "stop", message = new { role = "assistant", content = "The board." } } } }),
            Line("Who writes the minutes?", new { choices = new[] { new { index = 0, finish_reason = "length", message = new { role = "assistant", content = "The sec" } } } }),
            Line("Who signs?", new { choices = new[] { new { index = 0, finish_reason = "stop", message = new { role = "assistant", content = (string?)null, refusal = "No." } } } }),
            Line("Who pays for lunch?", "The firm."),
            new { model = "gpt-4o", messages = new[] { new { role = "user", content = "Who forgot?" } }, timestamp = "2020-01-01T00:00:00Z", response = "Nobody." },
            new { nothing = true });
        var run = await RunAsync("import", "log.jsonl", gateway);

        Assert.True(run.Output.Trim() == "2 answers imported, 0 too old, 4 lines skipped.", run.Output + run.Errors);
        foreach (var line in new[] { 2, 3, 5, 6 })
            Assert.Contains($"line {line}: ", run.Errors, StringComparison.Ordinal);
        Assert.Equal("exact", Cache(await gateway.AskAsync("Who audits the auditors?")));
        Assert.Equal("exact", Cache(await gateway.AskAsync("Who pays for lunch?")));
        Assert.Equal("miss", Cache(await gateway.AskAsync("Who writes the minutes?")));

        static object Line(string question, object response) => new { model = "gpt-4o", messages = new[] { new { role = "user", content = question } }, response };
    }

    [Fact]
    public async Task Import_BrokenOff_GoesOnWhereItWas()
    {
        await using var gateway = await GatewayProgram.StartAsync(Silo);
        await WriteAsync("many.jsonl", [.. Enumerable.Range(0, 500).Select(i => (object)new { question = $"What does form number {i} say?", answer = $"It says {i}." })]);
        var address = new GatewayAddress(gateway.Http.BaseAddress!, "NO_SUCH_VARIABLE", null);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            CacheImport.RunAsync(PathOf("many.jsonl"), address, false, (_, _) => stop.Cancel(), stop.Token));

        var reports = new List<long>();
        var result = await CacheImport.RunAsync(PathOf("many.jsonl"), address, false, (done, _) => reports.Add(done), TestContext.Current.CancellationToken);
        Assert.Equal((500, 500), (result.Imported, result.Lines));
        // 200 were sent by the first run: two batches were left.
        Assert.Equal(2, reports.Count);
        Assert.False(File.Exists(PathOf("many.jsonl.import")));
        Assert.Equal("exact", Cache(await gateway.AskAsync("What does form number 3 say?")));
        Assert.Equal("exact", Cache(await gateway.AskAsync("What does form number 499 say?")));
    }

    [Theory]
    [InlineData(true, "globex", false)]
    [InlineData(true, "globex", true)]
    [InlineData(false, "acme", false)]
    public async Task Import_BrokenOffThenToAnother_BeginsAnew(bool sameGateway, string tenant, bool byKey)
    {
        await WriteAsync("many.jsonl", [.. Enumerable.Range(0, 500).Select(i => (object)new { question = $"What does form number {i} say?", answer = $"It says {i}." })]);
        await using var first = await FakeProvider.StartAsync(FakeProvider.Reply(200, """{"imported":200,"expired":0,"skipped":[]}"""));
        await using var second = await FakeProvider.StartAsync(FakeProvider.Reply(200, """{"imported":200,"expired":0,"skipped":[]}"""));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            CacheImport.RunAsync(PathOf("many.jsonl"), Address(first, "acme", byKey), false, (_, _) => stop.Cancel(), stop.Token));
        Assert.DoesNotContain(KeyOf("acme"), await File.ReadAllTextAsync(PathOf("many.jsonl.import"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var reports = new List<long>();
        var result = await CacheImport.RunAsync(
            PathOf("many.jsonl"), Address(sameGateway ? first : second, tenant, byKey), false, (done, _) => reports.Add(done), TestContext.Current.CancellationToken);
        Assert.Equal((500, 3), (result.Lines, reports.Count));
    }

    [Theory]
    [InlineData(true, "globex", false)]
    [InlineData(true, "globex", true)]
    [InlineData(false, "acme", false)]
    public async Task Export_BrokenOffThenFromAnother_BeginsAnew(bool sameGateway, string tenant, bool byKey)
    {
        await using var first = await FakeProvider.StartAsync(Shards("first"));
        await using var second = await FakeProvider.StartAsync(Shards("second"));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            CacheExport.RunAsync(PathOf("out.jsonl"), Address(first, "acme", byKey), false, (_, _) => stop.Cancel(), stop.Token));
        Assert.DoesNotContain(KeyOf("acme"), await File.ReadAllTextAsync(PathOf("out.jsonl.export"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var answers = await CacheExport.RunAsync(PathOf("out.jsonl"), Address(sameGateway ? first : second, tenant, byKey), false, static (_, _) => { }, TestContext.Current.CancellationToken);
        var from = $"{(sameGateway ? "first" : "second")} {(byKey ? "Bearer " + KeyOf(tenant) : tenant)} ";
        Assert.Equal(2, answers);
        Assert.Equal([from + "a", from + "b"], await File.ReadAllLinesAsync(PathOf("out.jsonl"), TestContext.Current.CancellationToken));

        static Func<Microsoft.AspNetCore.Http.HttpContext, Task> Shards(string gateway) => context =>
            FakeProvider.Reply(200, context.Request.Path.Value!.EndsWith("/shards", StringComparison.Ordinal)
                ? """{"data":["a","b"]}"""
                : $"{gateway} {context.Request.Query["tenant"]}{context.Request.Headers.Authorization} {context.Request.Query["shard"]}\n")(context);
    }

    [Fact]
    public async Task Import_WithoutAnOperatorsKey_IsRefused()
    {
        await using var gateway = await GatewayProgram.StartAsync(
            Silo,
            ("ACME", Key("acme")), ("GLOBEX", Key("globex")), ("OPS", Key("ops")),
            ("OrleansLlm__Tenants__acme__KeyVariable", "ACME"), ("OrleansLlm__Tenants__globex__KeyVariable", "GLOBEX"),
            ("OrleansLlm__Tenants__ops__KeyVariable", "OPS"), ("OrleansLlm__Tenants__ops__Operator", "true"));
        var line = JsonSerializer.Serialize(new { question = "Which vault holds the bonds?", answer = "The third." });
        // Who writes a cache answers others, and who reads one reads what they asked.
        Assert.Equal("error", Assert.Single((await PostAsync(line, "globex", null)).EnumerateObject()).Name);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("/admin/v1/cache/shards", "globex")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("/admin/v1/cache/entries?shard=x", "globex")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Http.GetAsync("/admin/v1/cache/shards", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(1, (await PostAsync(line, "ops", "globex")).GetProperty("imported").GetInt32());

        var shards = await GetAsync("/admin/v1/cache/shards?tenant=globex", "ops");
        var shard = Uri.EscapeDataString(Assert.Single(JsonDocument.Parse(shards.Body).RootElement.GetProperty("data").EnumerateArray()).GetString()!);
        Assert.Contains("The third.", (await GetAsync($"/admin/v1/cache/entries?tenant=globex&shard={shard}", "ops")).Body, StringComparison.Ordinal);
        // Of another tenant the shard is none.
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"/admin/v1/cache/entries?tenant=acme&shard={shard}", "ops")).Status);

        async Task<JsonElement> PostAsync(string body, string key, string? tenant)
        {
            using var request = Request(HttpMethod.Post, "/admin/v1/cache/entries" + (tenant is null ? string.Empty : "?tenant=" + tenant), key);
            request.Content = new StringContent(body);
            using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        }

        async Task<(HttpStatusCode Status, string Body)> GetAsync(string path, string key)
        {
            using var request = Request(HttpMethod.Get, path, key);
            using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        static HttpRequestMessage Request(HttpMethod method, string path, string key) => new(method, path) { Headers = { { "Authorization", "Bearer " + Key(key) } } };

        static string Key(string name) => name + "-key-0123456789abcdef0123456789";
    }

    [Fact]
    public async Task Import_MoreThanTheTenantMayHold_KeepsToItsBytesOverAllItsShards()
    {
        const long Budget = 1024 * 1024;
        await using var gateway = await GatewayProgram.StartAsync(Silo, ("OrleansLlm__Cache__TenantBytes", Budget.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        // Incompressible, so that what is stored is what is sent; each of ten namespaces is a shard of its own.
        var random = new Random(3);
        await WriteAsync("big.jsonl", [.. Enumerable.Range(0, 600).Select(i => (object)new
        {
            question = $"What does exhibit {i} of the bundle show?", answer = Convert.ToHexString(RandomBytes(random, 4096)), @namespace = "bundle-" + (i % 10),
        })]);
        Assert.Equal(0, (await RunAsync("import", "big.jsonl", gateway)).ExitCode);

        // A report follows a write, and what must leave follows the report.
        for (var attempt = 0; ; attempt++)
        {
            Assert.Equal(0, (await RunAsync("export", "left.jsonl", gateway)).ExitCode);
            var left = await File.ReadAllLinesAsync(PathOf("left.jsonl"), TestContext.Current.CancellationToken);
            // Of the answers alone: 4,096 bytes do not compress below that. Each of the ten shards may hold 64 KiB that it has not told of.
            if (left.Length * 4096L <= Budget + (10 * 64 * 1024))
            {
                Assert.True(left.Length > 100, $"{left.Length} answers are left");
                break;
            }

            Assert.True(attempt < 20, $"{left.Length} answers are left");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        static byte[] RandomBytes(Random random, int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    [Fact]
    public async Task Import_NobodyThere_SaysSo()
    {
        await WriteAsync("pairs.jsonl", new { question = "Anybody?", answer = "Nobody." });
        var run = await CommandRun.OfAsync(_folder.FullName, "cache", "import", "pairs.jsonl", "--url", "http://127.0.0.1:1");
        Assert.Equal(69, run.ExitCode);
        Assert.Contains("127.0.0.1:1", run.Errors, StringComparison.Ordinal);
    }

    private static string Cache(HttpResponseMessage response) => response.Headers.GetValues("x-orleansllm-cache").Single();

    // Where the key says which tenant is meant, the variable that holds it is the same for all.
    private static GatewayAddress Address(FakeProvider gateway, string tenant, bool byKey)
    {
        if (!byKey)
            return new(new Uri(gateway.Url), "NO_SUCH_VARIABLE", tenant);
        Environment.SetEnvironmentVariable(KeyVariable, KeyOf(tenant));
        return new(new Uri(gateway.Url), KeyVariable, null);
    }

    private static string KeyOf(string tenant) => tenant + "-key-0123456789abcdef";

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private Task WriteAsync(string name, params object[] rows) => File.WriteAllLinesAsync(PathOf(name), rows.Select(r => JsonSerializer.Serialize(r)), TestContext.Current.CancellationToken);

    private Task<ProgramRun> RunAsync(string verb, string file, GatewayProgram gateway) =>
        CommandRun.OfAsync(_folder.FullName, "cache", verb, file, "--url", gateway.Http.BaseAddress!.ToString());
}
