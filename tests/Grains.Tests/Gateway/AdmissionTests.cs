using System.Text;
using OrleansLlm.Core;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Tests.Gateway;

public sealed class AdmissionTests
{
    private const string Single = """{"model":"m","messages":[{"role":"user","content":"Which desk?"}]}""";
    private const string LaterTurn = """{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"},{"role":"user","content":"Which desk?"}]}""";

    [Theory]
    // What may meet another's of its kind has one place, whoever asks.
    [InlineData(LayerMode.On, Single, false, false, false)]
    [InlineData(LayerMode.On, LaterTurn, false, true, false)]
    // Where passages may vary, later turns meet as first ones do.
    [InlineData(LayerMode.On, LaterTurn, true, false, false)]
    // What is not kept is the asker's own.
    [InlineData(LayerMode.Off, Single, false, true, true)]
    [InlineData(LayerMode.Shadow, Single, false, true, true)]
    [InlineData(LayerMode.On, """{"model":"m","n":2,"messages":[{"role":"user","content":"Which desk?"}]}""", false, true, true)]
    public void Of_ByWhatIsShared_KeyIsNearOrOnePlaceForAll(LayerMode cache, string body, bool ignoreContext, bool isNear, bool isOwn)
    {
        var (one, other) = (KeyOf(cache, body, ignoreContext, "one"), KeyOf(cache, body, ignoreContext, "other"));

        Assert.Equal(isNear, GatewayKey.IsNear(one));
        Assert.Equal(isOwn, one != other);
        Assert.Equal(GatewayKey.PartitionOf(one), GatewayKey.PartitionOf(KeyOf(cache, body, ignoreContext, null)));
    }

    [Fact]
    public void Of_AnotherPicture_IsAnotherPartitionThoughPassagesMayVary()
    {
        static string Asked(string picture) =>
            """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"URL"}}]}]}""".Replace("URL", picture, StringComparison.Ordinal);
        static string Partition(string picture) => GatewayKey.PartitionOf(KeyOf(LayerMode.On, Asked(picture), ignoreContext: true, null));

        Assert.Equal(Partition("https://a/1.png"), Partition("https://a/1.png"));
        Assert.NotEqual(Partition("https://a/1.png"), Partition("https://a/2.png"));
    }

    [Fact]
    public void KeyOf_StandIn_IsNotNear()
    {
        var key = KeyOf(LayerMode.Off, Single, false, "one");
        Assert.True(GatewayKey.IsNear(GatewayKey.Attempt(key, 0)));
        Assert.False(GatewayKey.IsNear(GatewayKey.Attempt(key, 1)));
    }

    private static string KeyOf(LayerMode cache, string body, bool ignoreContext, string? asker)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Null(WireForms.Of(WireForm.ChatCompletions).Read(bytes, null, out var chat));
        var policy = new TenantPolicy
        {
            TenantId = "t", Cache = cache, Routing = LayerMode.Off, Compression = LayerMode.Off, CacheTimeToLive = TimeSpan.FromHours(1), IgnoreContext = ignoreContext,
        };
        return Admission.Of("req", policy, chat!, bytes, null, RequestControls.Default, Caller.None, asker: asker).GrainKey;
    }
}
