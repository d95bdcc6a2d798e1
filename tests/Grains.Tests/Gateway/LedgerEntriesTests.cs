using System.Text;
using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;

namespace OrleansLlm.Grains.Tests.Gateway;

public sealed class LedgerEntriesTests
{
    private const string Model = "claude-opus-5";

    private static readonly TokenUsage Wrote = new(1_000, 100, CacheWriteTokens: 900, LongCacheWriteTokens: 500);

    // Shadow mode promises what the cache then gives: a hit saves no surcharge either.
    [Fact]
    public void Called_HitInShadowMode_PromisesWhatAHitSaves()
    {
        var entries = Entries();
        var answer = new StoredAnswer { Body = [], Model = Model, Usage = StoredUsage.From(Wrote), CreatedAt = DateTimeOffset.UnixEpoch };
        var query = Query();
        var called = entries.Called(
            query, new CacheLookup(HitKind.Semantic, answer, Score: 0.99), RouteLayer.Requested(query), CompressionOutcome.None("Test"), Wrote, Wrote.PromptTokens, estimated: false, 200, 0);
        Assert.Equal(CostCalculator.Cost(PriceCatalog.Default.Find(Model)!, Wrote), called.CostUsd);
        Assert.Equal(entries.Hit(query, HitKind.Semantic, answer, 0.99, Model, 0).Saved.Cache, called.ShadowSaved.Cache);
        Assert.True(called.ShadowSaved.Cache < called.CostUsd);
    }

    private static LedgerEntries Entries()
    {
        var prices = new ServedPrices(PriceCatalog.Default, static (_, _) => null);
        return new LedgerEntries(new LedgerPricing(prices), prices, Options.Create(new LedgerOptions()), TimeProvider.System);
    }

    private static Query Query()
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"model":"{{Model}}","messages":[{"role":"user","content":"Which desk?"}]}""");
        Assert.Null(WireForms.Of(WireForm.ChatCompletions).Read(bytes, null, out var chat));
        var policy = new TenantPolicy { TenantId = "t", Cache = LayerMode.Shadow, Routing = LayerMode.Off, Compression = LayerMode.Off, CacheTimeToLive = TimeSpan.FromHours(1) };
        var request = Admission.Of("req", policy, chat!, bytes, null, RequestControls.Default, Caller.None).Request;
        return new Query(request, chat!, policy, "p", TimeProvider.System.GetTimestamp());
    }
}
