using OrleansLlm.Core.Calibration;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Routing;

namespace OrleansLlm.Grains.Tests.Routing;

public sealed class RouteProfilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-routes-");
    private readonly List<string> _problems = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_Nothing_IsTheDefaultLadderAtEighty()
    {
        var profile = Load(new RoutingOptions()).Of("acme");
        Assert.Empty(_problems);
        Assert.Equal(0.80, profile.Threshold);
        Assert.Equal(["gpt-4o-mini", "gpt-4o"], profile.Tiers.Select(t => t.Model));
        Assert.Equal(CalibrationKind.Identity, profile.Calibration.Kind);
    }

    [Fact]
    public void Load_MissCost_SetsTheThresholdByThePrices()
    {
        // 0.15 and 0.60 against 2.50 and 10: 94% cheaper.
        Assert.Equal(1 - (0.94 / 9.4), Load(new RoutingOptions { MissCost = 9.4 }).Of("acme").Threshold, 9);
        Assert.Empty(_problems);
    }

    [Fact]
    public void Load_MissCostThatAsksForALowThreshold_NeedsTheSecondWord()
    {
        Load(new RoutingOptions { MissCost = 1.5 });
        Assert.Contains("acceptLowThreshold", Assert.Single(_problems), StringComparison.Ordinal);
        _problems.Clear();
        var profiles = Load(new RoutingOptions { MissCost = 1.5, AcceptLowThreshold = true });
        Assert.Empty(_problems);
        Assert.Equal("OrleansLlm:Routing", Assert.Single(profiles.LowThresholds).Path);
    }

    [Fact]
    public void Load_MissCostWithoutPrices_NamesTheModels()
    {
        Load(new RoutingOptions { MissCost = 5, Tiers = { new TierOptions { Model = "small" }, new TierOptions { Model = "large" } } });
        Assert.Contains("small", Assert.Single(_problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LadderUpsideDown_IsRefused()
    {
        Load(new RoutingOptions { Tiers = { new TierOptions { Model = "gpt-4o" }, new TierOptions { Model = "gpt-4o-mini" } } });
        Assert.Contains("gpt-4o is dearer than gpt-4o-mini", Assert.Single(_problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TenantsOwnLadder_IsTheirsAlone()
    {
        var options = new RoutingOptions();
        options.Tenants["acme"] = new RouteOptions { Threshold = 0.9, Tiers = { new TierOptions { Model = "gpt-4.1-mini" }, new TierOptions { Model = "gpt-4.1" } } };
        var profiles = Load(options);
        Assert.Empty(_problems);
        Assert.Equal("gpt-4.1", profiles.Of("acme").Strongest);
        Assert.Equal("gpt-4o", profiles.Of("globex").Strongest);
        options.Tenants["nobody"] = new RouteOptions();
        Load(options);
        Assert.Contains("nobody", Assert.Single(_problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Certificate_GivesThresholdAndCalibration()
    {
        var profile = Load(new RoutingOptions { Certificate = Write(0.86) }).Of("acme");
        Assert.Empty(_problems);
        Assert.Equal(0.86, profile.Threshold);
        Assert.Equal(2, profile.Calibration.Slope);
        Assert.Equal(0.9, Load(new RoutingOptions { Certificate = Write(0.86), Threshold = 0.9 }).Of("acme").Threshold);
        Assert.Empty(_problems);
    }

    [Fact]
    public void Load_ThresholdBelowTheCertified_IsRefused()
    {
        Load(new RoutingOptions { Certificate = Write(0.86), Threshold = 0.82 });
        Assert.Contains("below the certified 0.86", Assert.Single(_problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CertificateMissingOrChanged_IsNamed()
    {
        Load(new RoutingOptions { Certificate = Path.Combine(_folder.FullName, "none.json") });
        Assert.Contains("OrleansLlm:Routing:Certificate", Assert.Single(_problems), StringComparison.Ordinal);
        _problems.Clear();
        var file = Write(0.86);
        File.WriteAllText(file, File.ReadAllText(file).Replace("0.86", "0.81", StringComparison.Ordinal));
        Load(new RoutingOptions { Certificate = file });
        Assert.Contains("changed", Assert.Single(_problems), StringComparison.Ordinal);
    }

    /// <summary>That one model is enough where another is not says nothing of a third.</summary>
    [Theory]
    [InlineData("gpt-4o-mini", "gpt-4.1")]
    [InlineData("gpt-4.1-mini", "gpt-4o")]
    public void Load_CertificateOfOtherTiers_IsRefused(string cheapest, string strongest)
    {
        Load(new RoutingOptions { Certificate = Write(0.86), Tiers = { new TierOptions { Model = cheapest }, new TierOptions { Model = strongest } } });
        Assert.Contains($"but the ladder goes from {cheapest} to {strongest}", Assert.Single(_problems), StringComparison.Ordinal);
    }

    /// <summary>What was left out was not tested.</summary>
    [Fact]
    public void Load_FewerKindsKeptUpThanTheCertificateLeftOut_IsRefused()
    {
        Load(new RoutingOptions { Certificate = Write(0.86), KeepUpHighStakes = false });
        Assert.Contains("HighStakes", Assert.Single(_problems), StringComparison.Ordinal);
        _problems.Clear();
        Assert.Equal([RouteReason.Calculation], Load(new RoutingOptions { KeepUpHighStakes = false }).Of("acme").KeptUp);
        Assert.True(Load(new RoutingOptions { KeepUpHighStakes = false }).KeepUp);
        Assert.False(Load(new RoutingOptions { KeepUpHighStakes = false, KeepUpCalculations = false }).KeepUp);
        Assert.Empty(_problems);
    }

    [Fact]
    public void Load_CertificateOfAnotherVersion_SaysSoAndNotWhichFieldsItLacks()
    {
        var file = Path.Combine(_folder.FullName, "old.json");
        File.WriteAllText(file, """{"version":1,"model":"router@1+abc/embedder@1+def","threshold":0.9}""");
        Load(new RoutingOptions { Certificate = file });
        Assert.Contains("has version 1, this build reads 2: calibrate again", Assert.Single(_problems), StringComparison.Ordinal);
    }

    [Fact]
    public void ProblemsWith_AnotherModel_NamesIt()
    {
        var profiles = Load(new RoutingOptions { Certificate = Write(0.86) });
        Assert.Empty(profiles.ProblemsWith("router@1+abc/embedder@1+def", "embedder@1+def"));
        Assert.Contains("router@2+abc", Assert.Single(profiles.ProblemsWith("router@2+abc/embedder@1+def", "embedder@1+def")), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OwnHead_TakesTheRoutersPlaceInTheCheck()
    {
        var head = new RouterHead
        {
            Version = RouterHead.CurrentVersion, Embedder = "embedder@1+def", Weights = new float[SurfaceFeatures.Count + 4], Bias = 1, Data = "golden.jsonl",
            DataSha256 = new string('b', 64), FittedRows = 100, Date = new DateOnly(2026, 11, 25),
        };
        var file = Path.Combine(_folder.FullName, "head.json");
        File.WriteAllBytes(file, head.ToUtf8Json());
        Assert.Empty(Load(new RoutingOptions { Head = file }).ProblemsWith("any", "embedder@1+def"));
        Assert.Contains("fit it again", Assert.Single(Load(new RoutingOptions { Head = file }).ProblemsWith("any", "embedder@2+def")), StringComparison.Ordinal);
        // The shipped router's certificate says nothing of the head.
        Assert.Contains(head.ModelId(), Assert.Single(Load(new RoutingOptions { Head = file, Certificate = Write(0.86) }).ProblemsWith("router@1+abc/embedder@1+def", "embedder@1+def")), StringComparison.Ordinal);
        Assert.Empty(_problems);
        File.WriteAllText(file, "{}");
        Load(new RoutingOptions { Head = file });
        Assert.Contains("OrleansLlm:Routing:Head", Assert.Single(_problems), StringComparison.Ordinal);
    }

    private RouteProfiles Load(RoutingOptions options) => RouteProfiles.Load(options, ["acme", "globex"], m => PriceCatalog.Default.Find(m), _problems);

    private string Write(double threshold)
    {
        var path = Path.Combine(_folder.FullName, "certificate.json");
        File.WriteAllBytes(path, new RouterCertificate
        {
            Version = RouterCertificate.CurrentVersion,
            Model = "router@1+abc/embedder@1+def",
            Cheapest = "gpt-4o-mini",
            Strongest = "gpt-4o",
            KeptUp = ["Calculation", "HighStakes"],
            Data = "golden.jsonl",
            DataSha256 = new string('a', 64),
            FittedRows = 400,
            TestedRows = 410,
            Threshold = threshold,
            Routed = 250,
            Misrouted = 3,
            UpperBound = 0.031,
            MaxMisrouteRate = 0.05,
            Confidence = 0.95,
            Calibration = new CalibrationMap { Kind = CalibrationKind.Platt, Slope = 2 },
            ScoreShares = new double[ScoreDistribution.Bins],
            Date = new DateOnly(2026, 11, 25),
        }.ToUtf8Json());
        return path;
    }
}
