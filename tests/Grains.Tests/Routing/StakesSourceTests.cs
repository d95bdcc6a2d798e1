using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Routing;

namespace OrleansLlm.Grains.Tests.Routing;

public sealed class StakesSourceTests : IDisposable
{
    private const string Embedder = "embedder@2026.11+0123456789ab";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-stakes-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_FileOfThisEmbedder_IsUsed()
    {
        Write(StakesClassifier.Write(Model()));
        var source = StakesSource.Load(_folder.FullName).For(Embedder);
        Assert.NotNull(source.Classifier);
        Assert.Null(source.Problem);
    }

    [Fact]
    public void For_AnotherEmbedder_IsNoneAndNamesBoth()
    {
        Write(StakesClassifier.Write(Model()));
        var source = StakesSource.Load(_folder.FullName).For("mine@1+ffffffffffff");
        Assert.Null(source.Classifier);
        Assert.Contains(Embedder, source.Problem, StringComparison.Ordinal);
        Assert.Contains("mine@1+ffffffffffff", source.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoFileOrNoModel_IsNoneAndNamesTheFile()
    {
        var missing = StakesSource.Load(_folder.FullName).For(Embedder);
        Write("{}"u8.ToArray());
        Assert.All([missing, StakesSource.Load(_folder.FullName)], source =>
        {
            Assert.Null(source.Classifier);
            Assert.Contains(Path.Combine(_folder.FullName, "stakes.json"), source.Problem, StringComparison.Ordinal);
        });
    }

    private static StakesModel Model() => new()
    {
        Version = StakesModel.CurrentVersion,
        Embedder = Embedder,
        Method = "by hand",
        Data = [],
        Heads = [.. StakesClassifier.Kinds.Select(static k => new StakesHead(k, 0.5, 0, new float[1 + SurfaceFeatures.Count]))],
    };

    private void Write(byte[] bytes) => File.WriteAllBytes(Path.Combine(_folder.FullName, "stakes.json"), bytes);
}
