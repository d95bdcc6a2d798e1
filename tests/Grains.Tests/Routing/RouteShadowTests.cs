using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Calibration;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Routing;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Telemetry;

namespace OrleansLlm.Grains.Tests.Routing;

/// <summary>Which routed requests are asked of another tier, after the reply or before it.</summary>
public sealed class RouteShadowTests : IDisposable
{
    private const string Chat = """{"model":"auto","messages":[{"role":"user","content":"Which desk?"}]}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-shadow-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("small", 0.95, RouteReason.Simple, "large", true, true)]
    [InlineData("small", 0.95, RouteReason.ProviderBound, "large", true, true)]
    [InlineData("large", 0.20, RouteReason.NotClearlySimple, "small", false, false)]
    [InlineData("large", 0.95, RouteReason.TooManyMisroutes, "small", false, true)]
    [InlineData("large", 0.20, RouteReason.TooManyMisroutes, "small", false, false)]
    public async Task Offer_RoutedRequest_WaitsForTheOtherTier(string model, double probability, RouteReason reason, string other, bool gaveCheap, bool isSimple)
    {
        var shadowed = Assert.Single(await OfferAsync(Query(Chat), Route(model, probability, reason)));
        Assert.Equal((other, gaveCheap, isSimple), (shadowed.OtherModel, shadowed.GaveCheap, shadowed.IsSimple));
    }

    [Fact]
    public void WentDown_NotBecauseItIsSimple_IsFalse()
    {
        // auto:fast on the ladder of one provider: nothing was judged simple.
        var fast = Route("small", 0, RouteReason.ProviderBound);
        Assert.False((fast with { Decision = fast.Decision with { SimpleProbability = null } }).WentDown);
        Assert.False(Route("large", 0.95, RouteReason.ProviderBound).WentDown);
    }

    [Fact]
    public async Task Offer_NothingElseToAsk_IsLeftAlone()
    {
        // A mapped model below which the ladder has none: simple, and nowhere to go.
        var top = Route("large", 0.95, RouteReason.Simple) with { CheapestModel = null };
        Assert.False(top.WentDown);
        Assert.Empty(await OfferAsync(Query(Chat), top, Route("large", 0.2, RouteReason.NotClearlySimple) with { CheapestModel = null }));
        // What no labels would send down says nothing of the threshold.
        Assert.Empty(await OfferAsync(
            Query(Chat), Route("large", 0.95, RouteReason.HighStakes), Route("large", 0.95, RouteReason.Calculation), Route("large", 0.2, RouteReason.NotClearlySimple) with { KeptUp = true }));
    }

    [Theory]
    [InlineData(WireForm.Responses, """{"model":"auto","input":"Which desk?","store":false,"tools":[{"type":"mcp","server_label":"s","server_url":"https://s"}]}""")]
    [InlineData(WireForm.Messages, """{"model":"auto","max_tokens":9,"messages":[{"role":"user","content":"Which desk?"}],"tools":[{"type":"web_search_20250305","name":"web_search"}]}""")]
    public async Task Offer_ToolsThatTheProviderRuns_AreNotRunTwice(WireForm form, string body)
    {
        var query = Query(body, form);
        Assert.Empty(await OfferAsync(query, Route("small", 0.95, RouteReason.Simple)));
        Assert.Null(Cascade().After(query, Route("small", 0.95, RouteReason.Simple), Refusal()));
    }

    [Fact]
    public void After_CheapAnswerRefuses_GoesToTheModelThatWouldHaveAnswered() =>
        Assert.Equal("large", Cascade().After(Query(Chat), Route("small", 0.95, RouteReason.Simple), Refusal())!.Model);

    [Fact]
    public void Check_Explanations_MoveNoDrift()
    {
        var certificate = new RouterCertificate
        {
            Version = RouterCertificate.CurrentVersion,
            Model = "m",
            Cheapest = "gpt-4o-mini",
            Strongest = "gpt-4o",
            KeptUp = ["Calculation", "HighStakes"],
            Data = "d",
            DataSha256 = new string('a', 64),
            FittedRows = 0,
            TestedRows = 100,
            Threshold = 0.8,
            Routed = 100,
            Misrouted = 0,
            UpperBound = 0.03,
            MaxMisrouteRate = 0.05,
            Confidence = 0.95,
            Calibration = CalibrationMap.Identity,
            ScoreShares = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            Date = new DateOnly(2026, 11, 26),
        };
        var file = Path.Combine(_folder.FullName, "certificate.json");
        File.WriteAllBytes(file, certificate.ToUtf8Json());
        var guard = new RouteGuard(Profiles(new RoutingOptions { Certificate = file }), null!, Telemetry(), TimeProvider.System, NullLogger<RouteGuard>.Instance);
        for (var i = 0; i < ScoreDriftMonitor.Window; i++)
            Assert.Null(guard.Check("t", 0.1, isTraffic: false));
        for (var i = 0; i < ScoreDriftMonitor.Window - 1; i++)
            guard.Check("t", 0.1, isTraffic: true);
        Assert.Equal(RouteReason.ScoreDrift, guard.Check("t", 0.1, isTraffic: false));
    }

    private static RouteCascade Cascade() => new(Profiles(new RoutingOptions { Cascade = true }));

    private static RouteProfiles Profiles(RoutingOptions options)
    {
        var problems = new List<string>();
        var profiles = RouteProfiles.Load(options, [], static _ => null, problems);
        Assert.Empty(problems);
        return profiles;
    }

    private static CompletionFacts Refusal() => new(null, null, true) { Text = "I'm sorry, but I can't help with that." };

    private static RouteResult Route(string model, double probability, RouteReason reason) =>
        new(model, "large", new RouteDecision(model, probability, 0.80, reason), null, 0) { CheapestModel = "small" };

    private static async Task<List<ShadowedRoute>> OfferAsync(Query query, params RouteResult[] routes)
    {
        var shadow = new RouteShadow(Options.Create(new RoutingOptions { ShadowShare = 1 }), Telemetry());
        foreach (var route in routes)
            shadow.Offer(query, route, "The third.");
        var offered = new List<ShadowedRoute>();
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await shadow.Queue.WorkAsync((s, _) => { offered.Add(s); return Task.CompletedTask; }, static (_, _) => { }, enough.Token);
        return offered;
    }

    private static Query Query(string body, WireForm form = WireForm.ChatCompletions)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Null(WireForms.Of(form).Read(bytes, null, out var chat));
        var policy = new TenantPolicy { TenantId = "t", Cache = LayerMode.Off, Routing = LayerMode.On, Compression = LayerMode.Off, CacheTimeToLive = TimeSpan.FromHours(1) };
        var request = Admission.Of("req", policy, chat!, bytes, null, RequestControls.Default, Caller.None).Request;
        return new Query(request, chat!, policy, "p", TimeProvider.System.GetTimestamp());
    }

    private static GatewayTelemetry Telemetry()
    {
        var meters = new Meters();
        return new GatewayTelemetry(meters, new GenAiTelemetry(meters, Options.Create(new TelemetryOptions())));
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
