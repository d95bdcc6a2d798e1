using System.Text;
using OrleansLlm.Core;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Cluster.Tests.Caching;

/// <summary>A chat request of tenant "t", whose cache is its only layer.</summary>
internal static class TestQuery
{
    public static Query Of(string question)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{"role":"user","content":"{{question}}"}]}""");
        Assert.Null(WireForms.Of(WireForm.ChatCompletions).Read(bytes, null, out var chat));
        var policy = new TenantPolicy { TenantId = "t", Cache = LayerMode.On, Routing = LayerMode.Off, Compression = LayerMode.Off, CacheTimeToLive = TimeSpan.FromHours(1) };
        var request = Admission.Of("req", policy, chat!, bytes, null, RequestControls.Default, Caller.None).Request;
        return new Query(request, chat!, policy, "p", TimeProvider.System.GetTimestamp());
    }
}
