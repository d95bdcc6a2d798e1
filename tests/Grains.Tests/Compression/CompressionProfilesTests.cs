using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Calibration;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Compression;

namespace OrleansLlm.Grains.Tests.Compression;

public sealed class CompressionProfilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-compression-profiles-");
    private readonly List<string> _problems = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_TenantsOwnSettings_AreTheirsAlone()
    {
        var own = new TenantOptions { CompressionKeepRate = .5, CompressionStrategy = CompressionStrategy.Bm25, CompressionThinRecords = true };
        var profiles = Load(new CompressionOptions { TokenBudget = 900 }, own);
        Assert.Equal(new CompressionSettings(.5, Strategy: CompressionStrategy.Bm25, ThinRecords: true), profiles.For("acme", "gpt-4o"));
        Assert.Equal(new CompressionSettings(TokenBudget: 900), profiles.For("globex", "gpt-4o"));
        Assert.Equal(700, Load(new CompressionOptions { TokenBudget = 900 }, new TenantOptions { CompressionTokenBudget = 700 }).For("acme", "gpt-4o").TokenBudget);
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData(.97, .62)]
    [InlineData(.95, .5)]
    [InlineData(.9, .25)]
    public void For_QualityFloor_IsTheStrongestCertifiedRate(double floor, double rate)
    {
        var profiles = Load(new CompressionOptions { QualityFloor = floor, Certificates = { Write("gpt-4o") } }, new TenantOptions());
        Assert.Empty(_problems);
        Assert.Equal(new CompressionSettings(rate), profiles.For("acme", "GPT-4o"));
    }

    [Theory]
    [InlineData(.999, "gpt-4o")]
    [InlineData(.9, "gpt-4.1")]
    public void For_FloorThatNoCertificateSupports_LeavesOutNoSentence(double floor, string model)
    {
        var profiles = Load(new CompressionOptions { QualityFloor = floor, Certificates = { Write("gpt-4o") } }, new TenantOptions());
        Assert.Empty(_problems);
        Assert.True(profiles.For("acme", model).LosslessOnly);
    }

    [Fact]
    public void For_TenantsOwnRate_IsNotBoundByEverybodysFloor()
    {
        var profiles = Load(new CompressionOptions { QualityFloor = .97, Certificates = { Write("gpt-4o") } }, new TenantOptions { CompressionKeepRate = .3 });
        Assert.Equal(new CompressionSettings(.3), profiles.For("acme", "gpt-4o"));
        Assert.Equal(new CompressionSettings(.62), profiles.For("globex", "gpt-4o"));
    }

    [Fact]
    public void For_TenantsOwnFloorAndCertificate_AreTheirs()
    {
        var own = new TenantOptions { CompressionQualityFloor = .9, CompressionCertificates = { Write("gpt-4o") } };
        var profiles = Load(new CompressionOptions { TokenBudget = 900 }, own);
        Assert.Empty(_problems);
        Assert.Equal(new CompressionSettings(.25), profiles.For("acme", "gpt-4o"));
        Assert.Equal(900, profiles.For("globex", "gpt-4o").TokenBudget);
    }

    [Fact]
    public void Load_Mistakes_AreNamed()
    {
        var file = Write("gpt-4o");
        Assert.Contains("OrleansLlm:Compression:QualityFloor needs OrleansLlm:Compression:Certificates", Problem(new() { QualityFloor = .9 }), StringComparison.Ordinal);
        Assert.Contains("exclude each other", Problem(new() { QualityFloor = .9, TokenBudget = 9, Certificates = { file } }), StringComparison.Ordinal);
        Assert.Contains("calibrate again", Problem(new() { QualityFloor = .9, Strategy = CompressionStrategy.Bm25, Certificates = { file } }), StringComparison.Ordinal);
        Assert.Contains("second one for the model gpt-4o", Problem(new() { QualityFloor = .9, Certificates = { file, file } }), StringComparison.Ordinal);
        Assert.Contains("nowhere.json", Problem(new() { QualityFloor = .9, Certificates = { "nowhere.json" } }), StringComparison.Ordinal);
        Assert.Contains("OrleansLlm:Inference:TokenClassifier", Problem(new() { Strategy = CompressionStrategy.LlmLingua2 }), StringComparison.Ordinal);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"lost\": 5", "\"lost\": 4", StringComparison.Ordinal));
        Assert.Contains("changed after it was written", Problem(new() { QualityFloor = .9, Certificates = { file } }), StringComparison.Ordinal);

        Load(new CompressionOptions(), new TenantOptions { CompressionQualityFloor = .9, CompressionKeepRate = .5, CompressionCertificates = { Write("gpt-4o") } });
        Assert.Contains("OrleansLlm:Tenants:acme:CompressionQualityFloor", Assert.Single(_problems), StringComparison.Ordinal);
    }

    private string Problem(CompressionOptions options)
    {
        _problems.Clear();
        CompressionProfiles.Load(options, new Dictionary<string, TenantOptions>(), hasTokenClassifier: false, _problems);
        var problem = Assert.Single(_problems);
        _problems.Clear();
        return problem;
    }

    private CompressionProfiles Load(CompressionOptions options, TenantOptions acme) =>
        CompressionProfiles.Load(options, new Dictionary<string, TenantOptions> { ["acme"] = acme, ["globex"] = new() }, hasTokenClassifier: false, _problems);

    // Of 400 right answers .62 loses 5 (at most 2.7%), .5 loses 12 (4.9%), .25 loses 28 (9.5%).
    private string Write(string model)
    {
        var certificate = new CompressionCertificate
        {
            Version = CompressionCertificate.CurrentVersion,
            Compressor = CompressionSettings.Default.CompressorId,
            Model = model,
            Data = "golden.jsonl",
            DataSha256 = new string('0', 64),
            Confidence = .95,
            Rates = [new(.62, 5, 0, 400, 420, 1000, 620), new(.5, 12, 1, 400, 420, 1000, 500), new(.25, 28, 0, 400, 420, 1000, 250)],
            Date = new DateOnly(2026, 11, 25),
        };
        var file = Path.Combine(_folder.FullName, $"{model}.json");
        File.WriteAllBytes(file, certificate.ToUtf8Json());
        return file;
    }
}
