using OrleansLlm.Core;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Tests.Tenants;

public sealed class CallerTests
{
    [Theory]
    [InlineData(LayerMode.On, LayerMode.Off, LayerMode.Off)]
    [InlineData(LayerMode.On, LayerMode.Shadow, LayerMode.Shadow)]
    [InlineData(LayerMode.Shadow, LayerMode.On, LayerMode.Shadow)]
    [InlineData(LayerMode.Shadow, LayerMode.Off, LayerMode.Off)]
    [InlineData(LayerMode.Off, LayerMode.On, LayerMode.Off)]
    [InlineData(null, LayerMode.On, LayerMode.On)]
    public void Narrow_KeysMode_IsNeverMoreThanTheTenants(LayerMode? own, LayerMode tenants, LayerMode expected)
    {
        var policy = new TenantPolicy { TenantId = "acme", Cache = tenants, Routing = tenants, Compression = tenants, CacheTimeToLive = TimeSpan.FromHours(1) };
        var narrowed = new Caller { Cache = own, Routing = own, Compression = own, CacheThreshold = .9 }.Narrow(policy);
        Assert.Equal((expected, expected, expected, .9), (narrowed.Cache, narrowed.Routing, narrowed.Compression, narrowed.CacheThreshold));
    }
}
