using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansLlm.Cluster.Tests.Documentation;
using OrleansLlm.Cluster.Tests.Hosting;

namespace OrleansLlm.Cluster.Tests.Commands;

public sealed class CalibrateCacheTests : IDisposable
{
    private static readonly string[] Things =
        ["password", "card limit", "home address", "phone number", "standing order", "savings account", "cheque book", "travel notice", "direct debit", "mortgage rate",
         "credit report", "loan offer", "tax form", "branch visit", "gift voucher", "bonus plan", "security code", "email address", "account name", "payment date"];

    private static readonly string Shipped = Path.Combine(Repository.Root, "models");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-calibrate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Calibrate_OwnPairs_WritesAPolicyThatTheGatewayUses()
    {
        var pairs = Things.SelectMany((thing, i) => new object[]
        {
            new { a = $"How do I change my {thing}?", b = $"How can I change my {thing}?", same = 1 },
            new { a = $"Where do I find the {thing} in the app?", b = $"Where can I find the {thing} in the app?", same = true },
            new { a = $"Who signs off the {thing} here?", b = $"What is the weather at the {Things[(i + 7) % Things.Length]} office?", same = 0 },
        });
        await WriteAsync("pairs.jsonl", pairs);
        // The shipped policy of other models than these: what is fitted to it here is theirs no more.
        var models = InstallModels();
        var run = await CommandRun.OfAsync(
            _folder.FullName, [models], "calibrate", "cache", "--data", "pairs.jsonl", "--output", "own.json", "--max-error", "0.2");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);

        var model = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "own.json"), TestContext.Current.CancellationToken)).RootElement;
        foreach (var name in new[] { "embedder", "verifier" })
        {
            var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Shipped, name, "manifest.json"), TestContext.Current.CancellationToken))!;
            Assert.Equal(manifest["files"]!["cpu"]!["sha256"]!.GetValue<string>(), model.GetProperty("provenance").GetProperty("modelSha256").GetProperty(name).GetString());
        }

        var threshold = model.GetProperty("threshold").GetDouble();
        Assert.InRange(threshold, 0.3, 0.95);
        await using var gateway = await GatewayProgram.StartAsync("orleansllm.dll", models, ("OrleansLlm__Cache__AcceptanceFile", Path.Combine(_folder.FullName, "own.json")));
        using var response = await gateway.Http.PostAsJsonAsync(
            "/v1/explain", new { model = "gpt-4o", messages = new[] { new { role = "user", content = "How do I change my password?" } } }, TestContext.Current.CancellationToken);
        var explanation = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(threshold, explanation.GetProperty("cache").GetProperty("threshold").GetDouble());
    }

    [Fact]
    public async Task Calibrate_TooFewPairs_WritesNothingAndSaysHowManyMore()
    {
        await WriteAsync("few.jsonl", Things.Select(thing => new { a = $"How do I change my {thing}?", b = $"How can I change my {thing}?", same = 1 }));
        var run = await CommandRun.OfAsync(_folder.FullName, "calibrate", "cache", "--data", "few.jsonl", "--output", "own.json");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("more pairs of this kind would", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "own.json")));
    }

    [Fact]
    public async Task Calibrate_LinesThatAreNoPairs_NamesThem()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "bad.jsonl"), "{\"a\":\"x\",\"b\":\"y\",\"same\":1}\n{\"a\":\"x\",\"same\":1}\nnonsense\n", TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync(_folder.FullName, "calibrate", "cache", "--data", "bad.jsonl");
        Assert.Equal(65, run.ExitCode);
        Assert.Contains("line 2:", run.Errors, StringComparison.Ordinal);
        Assert.Contains("line 3:", run.Errors, StringComparison.Ordinal);
        Assert.Equal(66, (await CommandRun.OfAsync(_folder.FullName, "calibrate", "cache", "--data", "missing.jsonl")).ExitCode);
    }

    // The shipped models beside a policy that was fitted on others.
    private (string Name, string Value) InstallModels()
    {
        var models = _folder.CreateSubdirectory("models");
        foreach (var entry in new DirectoryInfo(Shipped).EnumerateFileSystemInfos().Where(static e => e.Name != "acceptance.json"))
            File.CreateSymbolicLink(Path.Combine(models.FullName, entry.Name), entry.FullName);
        var policy = JsonNode.Parse(File.ReadAllText(Path.Combine(Shipped, "acceptance.json")))!;
        policy["provenance"]!["modelSha256"] = new JsonObject { ["embedder"] = new string('0', 64), ["verifier"] = new string('0', 64) };
        File.WriteAllText(Path.Combine(models.FullName, "acceptance.json"), policy.ToJsonString());
        return ("OrleansLlm__Inference__ModelsDirectory", models.FullName);
    }

    private Task WriteAsync(string name, IEnumerable<object> rows) =>
        File.WriteAllLinesAsync(Path.Combine(_folder.FullName, name), rows.Select(r => JsonSerializer.Serialize(r)), TestContext.Current.CancellationToken);
}
