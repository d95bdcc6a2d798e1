using System.IO.Compression;
using System.Text.Json;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Core.Tests.Routing;

public sealed class SurfaceFeaturesTests
{
    [Fact]
    public void Compute_ReferenceRows_EqualsTheTrainingFeatures()
    {
        var rows = 0;
        Span<float> actual = stackalloc float[SurfaceFeatures.Count];
        using var reader = new StreamReader(new GZipStream(File.OpenRead(ReferenceFile()), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var row = JsonDocument.Parse(line);
            var text = row.RootElement.GetProperty("text").GetString()!;
            SurfaceFeatures.Compute(text, actual);
            var i = 0;
            foreach (var expected in row.RootElement.GetProperty("features").EnumerateArray())
            {
                Assert.True(Math.Abs(expected.GetDouble() - actual[i]) <= 1e-5,
                    $"feature {i} of row {rows} is {actual[i]}, the reference says {expected.GetDouble()}: {text}");
                i++;
            }

            Assert.Equal(SurfaceFeatures.Count, i);
            rows++;
        }

        Assert.True(rows > 100, $"only {rows} reference rows");
    }

    [Fact]
    public void Compute_EmptyText_IsAllZero()
    {
        var features = new float[SurfaceFeatures.Count];
        Array.Fill(features, 7f);
        SurfaceFeatures.Compute("", features);
        Assert.All(features, f => Assert.Equal(0f, f));
    }

    [Fact]
    public void Compute_ManyMarks_AreCapped()
    {
        var features = new float[SurfaceFeatures.Count];
        SurfaceFeatures.Compute(new string('?', 50) + new string('\n', 50), features);
        Assert.Equal(1f, features[3]);
        Assert.Equal(1f, features[4]);
        Assert.Equal(1f, features[5]);
    }

    [Theory]
    [InlineData("Explain it", 7)]
    [InlineData("  IS it open", 8)]
    [InlineData("which one", 9)]
    [InlineData("tea and milk", 11)]
    [InlineData("class Foo", 6)]
    public void Compute_WordFeature_IsRaisedByItsWord(string text, int feature)
    {
        var features = new float[SurfaceFeatures.Count];
        SurfaceFeatures.Compute(text, features);
        Assert.Equal(1f, features[feature]);
    }

    [Theory]
    [InlineData("unexplained", 7)]
    [InlineData("this island", 8)]
    [InlineData("somewhat", 9)]
    [InlineData("sand", 11)]
    [InlineData("CLASS Foo", 6)]
    public void Compute_WordInsideAnother_DoesNotRaiseTheFeature(string text, int feature)
    {
        var features = new float[SurfaceFeatures.Count];
        SurfaceFeatures.Compute(text, features);
        Assert.Equal(0f, features[feature]);
    }

    [Fact]
    public void Compute_ShortSpan_Throws() =>
        Assert.Throws<ArgumentException>(() => SurfaceFeatures.Compute("text", new float[SurfaceFeatures.Count - 1]));

    private static string ReferenceFile()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "models", "reference", "router.jsonl.gz");
            if (File.Exists(file))
                return file;
        }

        throw new FileNotFoundException("models/reference/router.jsonl.gz is not above the test binaries");
    }
}
