using System.Globalization;
using OrleansLlm.Client.Wire;

namespace OrleansLlm.Client.Tests.Wire;

public sealed class RequestIdsTests
{
    [Fact]
    public void New_IsAUuidOfVersion7AndOfNow()
    {
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var id = RequestIds.New();
        var after = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.StartsWith("req_", id, StringComparison.Ordinal);
        var uuid = Guid.ParseExact(id[4..], "N");
        Assert.Equal(7, uuid.Version);
        Assert.InRange(uuid.Variant, 8, 11);
        Assert.InRange(long.Parse(id.AsSpan(4, 12), NumberStyles.HexNumber, CultureInfo.InvariantCulture), before, after);
    }

    [Fact]
    public async Task New_OnManyThreadsBeyondWhatIsDrawnAtOnce_IsNeverTheSame()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(static _ => Task.Run(
            static () => Enumerable.Range(0, 5_000).Select(static _ => RequestIds.New()).ToList(), TestContext.Current.CancellationToken)));
        Assert.Equal(40_000, ids.SelectMany(static i => i).Distinct(StringComparer.Ordinal).Count());
        // The random part alone tells them apart, too: two of the same millisecond share the rest.
        Assert.Equal(40_000, ids.SelectMany(static i => i).Select(static i => i[16..]).Distinct(StringComparer.Ordinal).Count());
    }
}
