using System.Security.Cryptography;
using OrleansLlm.Cluster.Tests.Documentation;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Cluster.Tests.Deploy;

/// <summary>The shipped <c>stakes.json</c> is what the repository's questions and its embedder give.</summary>
public sealed class StakesFileTests
{
    private static readonly StakesModel Model = StakesClassifier.Read(File.ReadAllBytes(Path.Combine(Repository.Root, "models", "stakes.json"))).Model;

    [Fact]
    public void Data_OwnQuestions_AreTheFilesOfTheRepository()
    {
        var folder = Path.Combine(Repository.Root, "bench", "Routing", "Stakes");
        var trained = Directory.EnumerateFiles(folder, "*.jsonl").Where(static f => !IsHeldOut(f)).Order(StringComparer.Ordinal)
            .Select(static f => (Path.GetFileName(f), Hash(f), File.ReadLines(f).Count()));
        Assert.Equal(trained, Model.Data.Where(static d => d.Name.EndsWith(".jsonl", StringComparison.Ordinal)).Select(static d => (d.Name, d.Sha256, d.Rows)));
    }

    /// <summary>What is told of held-out questions is worth nothing where they were fitted on.</summary>
    [Fact]
    public void HeldOut_Questions_AreInNoFileThatIsFittedOn()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "bench", "Routing", "Stakes"), "*.jsonl").ToLookup(IsHeldOut);
        var heldOut = files[true].SelectMany(File.ReadLines).Select(Question).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.True(heldOut.Count > 1500);
        Assert.DoesNotContain(files[false].SelectMany(File.ReadLines).Select(Question), heldOut.Contains);
    }

    [Fact]
    public void Embedder_IsTheShippedOne()
    {
        using var manifest = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "models", "embedder", "manifest.json")));
        var sha256 = manifest.RootElement.GetProperty("files").GetProperty("cpu").GetProperty("sha256").GetString()!;
        Assert.EndsWith("+" + sha256[..12], Model.Embedder, StringComparison.Ordinal);
    }

    private static bool IsHeldOut(string path) => Path.GetFileName(path).StartsWith("dev", StringComparison.Ordinal) || Path.GetFileName(path).StartsWith("test", StringComparison.Ordinal);

    private static string Question(string line)
    {
        using var row = System.Text.Json.JsonDocument.Parse(line);
        return new string([.. row.RootElement.GetProperty("question").GetString()!.Where(static c => char.IsAsciiLetterOrDigit(c) || c == ' ')]).Trim();
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
