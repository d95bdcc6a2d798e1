using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansLlm.Cluster.Tests.Documentation;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Inference.Tests;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// A lane whose execution provider fails at run time: for long texts ONNX Runtime is refused the memory that it asks for. Those questions go on without
/// the lane, and are counted; all others have it.
/// </summary>
public sealed partial class LaneFaultTests(ITestOutputHelper output)
{
    private const int MostTokens = 32;
    private const int Dimensions = 384;

    [Fact]
    public async Task Lane_OutOfMemory_FailsOpenForThatInputAndServesOn()
    {
        var models = Directory.CreateTempSubdirectory("orleansllm-models-");
        try
        {
            Install(models);
            await using var gateway = await GatewayProgram.StartAsync(
                "orleansllm.dll",
                ("OrleansLlm__Inference__ModelsDirectory", models.FullName),
                ("OrleansLlm__Layers__Routing", "Off"),
                ("OrleansLlm__Risk__ShadowShare", "0"),
                ("OrleansLlm__Simulator__FirstTokenLatency", "00:00:00"),
                ("OrleansLlm__Simulator__TokensPerSecond", "0"));
            await AskAsync(gateway, "Who keeps the keys?");
            var memory = gateway.Memory;

            var began = Stopwatch.GetTimestamp();
            var longOnes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AskAsync(gateway, Long(i))));
            var short1 = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AskAsync(gateway, $"Who keeps key {i}?")));
            var faults = await FaultsAsync(gateway);
            output.WriteLine($"20 questions whose embedding found no memory and 20 others: answered in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms; {faults} counted; memory grew by {(gateway.Memory - memory) / 1024 / 1024} MiB");
            Assert.All(longOnes, static cache => Assert.Equal("miss", cache));
            Assert.Equal(20, faults);

            // The lane lives: rewordings of what was asked are found by meaning, which they are not without it; and what needs no lane is as ever.
            Assert.All(short1, static cache => Assert.Contains(cache, new[] { "miss", "semantic", "pending" }));
            Assert.Equal("exact", await AskAsync(gateway, Long(3)));
            Assert.Equal("exact", await AskAsync(gateway, "Who keeps key 3?"));
            Assert.Equal("semantic", await AskAsync(gateway, "who keeps the keys"));
            Assert.Equal(20, await FaultsAsync(gateway));
            Assert.Contains("Lane embedder", gateway.Output, StringComparison.Ordinal);
            Assert.InRange((gateway.Memory - memory) / 1024 / 1024, long.MinValue, 300);
        }
        finally
        {
            models.Delete(recursive: true);
        }
    }

    // The repository's models, but for the embedder.
    private static void Install(DirectoryInfo models)
    {
        var shipped = Path.Combine(Repository.Root, "models");
        foreach (var entry in new DirectoryInfo(shipped).EnumerateFileSystemInfos().Where(static e => e.Name is not ("embedder" or "acceptance.json")))
            File.CreateSymbolicLink(Path.Combine(models.FullName, entry.Name), entry.FullName);
        var graph = OnnxFile.EmbedderOutgrowingMemory(Dimensions, MostTokens);
        var embedder = models.CreateSubdirectory("embedder");
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(shipped, "embedder", "manifest.json")))!;
        manifest["files"] = new JsonObject { ["cpu"] = new JsonObject { ["path"] = "graph.onnx", ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(graph)), ["bytes"] = graph.Length } };
        File.WriteAllText(Path.Combine(embedder.FullName, "manifest.json"), manifest.ToJsonString());
        File.WriteAllBytes(Path.Combine(embedder.FullName, "graph.onnx"), graph);
        // A policy of this embedder's, or none would be used.
        var policy = JsonNode.Parse(File.ReadAllText(Path.Combine(shipped, "acceptance.json")))!;
        policy["provenance"]!["modelSha256"]!["embedder"] = Convert.ToHexStringLower(SHA256.HashData(graph));
        File.WriteAllText(Path.Combine(models.FullName, "acceptance.json"), policy.ToJsonString());
    }

    private static string Long(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"Who keeps key {number} of the many doors of the long corridor that leads from the old gate by the river past the mill and the bakery to the small garden behind the house of the keeper of keys?");

    // Where the answer came from.
    private static async Task<string> AskAsync(GatewayProgram gateway, string question)
    {
        using var response = await gateway.AskAsync(question);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return response.Headers.GetValues("x-orleansllm-cache").Single();
    }

    private static async Task<int> FaultsAsync(GatewayProgram gateway)
    {
        var metrics = await gateway.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        return Faulted().Matches(metrics).Sum(static m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^orleansllm_layer_fail_open\w*\{[^}]*layer=""embedding""[^}]*reason=""Faulted""[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex Faulted();
}
