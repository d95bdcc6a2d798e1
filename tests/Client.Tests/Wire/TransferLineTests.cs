using System.Text;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core;
using OrleansLlm.Core.Tenants;

namespace OrleansLlm.Client.Tests.Wire;

public sealed class TransferLineTests
{
    private static readonly TenantPolicy s_policy = new()
    {
        TenantId = "acme", Cache = LayerMode.On, Routing = LayerMode.Off, Compression = LayerMode.Off, CacheTimeToLive = TimeSpan.FromDays(1),
    };

    [Theory]
    [InlineData("""{"partition":"P","fingerprint":"P","question":"q","model":"m","namespace":"","response":"r","tags":[]}""")]
    [InlineData("""{"partition":"P","fingerprint":"P","question":"q","model":"m","created_at":"2026-11-26T00:00:00Z","expires_at":"2026-11-27T00:00:00Z","response":"R"}""")]
    [InlineData("""{"partition":"P","fingerprint":"P","question":"q","model":"m","created_at":7,"expires_at":7}""")]
    public void Read_ExportThatLacksAField_IsALineLeftOut(string line)
    {
        var whole = line.Replace("\"P\"", $"\"{new string('a', 64)}\"", StringComparison.Ordinal)
            .Replace("\"R\"", """ "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"yes\"}}]}" """, StringComparison.Ordinal);
        Assert.Null(TransferLine.Read(Encoding.UTF8.GetBytes(whole), 1, s_policy, new DateTimeOffset(2026, 11, 26, 1, 0, 0, TimeSpan.Zero), 1024, out var problem));
        Assert.NotEmpty(problem!);
    }
}
