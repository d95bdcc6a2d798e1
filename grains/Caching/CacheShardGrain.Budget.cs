using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

// The shard's part in its tenant's byte budget: tells what it holds when that has changed, and lets go of what it is told to.
internal sealed partial class CacheShardGrain
{
    private const int Slices = 16;
    private const long WorthTelling = 64 * 1024;

    /// <summary>A shard that lives reports at least this often.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    private string? _tenant;
    private long _told;
    private long _toldAt;
    private bool _telling;

    // Whose the shard is follows from no key: whoever asks for its tenant says so.
    private void Serves(string tenant)
    {
        _tenant = tenant;
        if (_telling || Math.Abs(_contents.Bytes - _told) < Math.Max(WorthTelling, _told / 50) && (_toldAt != 0 && time.GetElapsedTime(_toldAt) < LongestSilence))
            return;
        _telling = true;
        _ = TellAsync(tenant);
    }

    private async Task TellAsync(string tenant)
    {
        try
        {
            (_told, _toldAt) = (_contents.Bytes, time.GetTimestamp());
            var slices = _contents.Slices(Slices).Select(static s => new ShardWeight(s.Bytes, s.Worth)).ToArray();
            var leaving = await GrainFactory.GetGrain<ICacheBudgetGrain>(tenant).ReportAsync(ShardId, slices);
            if (leaving <= 0)
                return;
            foreach (var fingerprint in _contents.GiveUp(leaving, time.GetUtcNow()))
                Record(ShardRecord.Remove(fingerprint));
        }
        catch (Exception e)
        {
            // Within its own limits it goes on; the next change tells again.
            CacheLog.BudgetNotKept(logger, e, ShardId);
        }
        finally
        {
            _telling = false;
        }
    }

    private async Task EndTellingAsync()
    {
        if (_tenant is not { } tenant || _told <= 0)
            return;
        try
        {
            await GrainFactory.GetGrain<ICacheBudgetGrain>(tenant).ReportAsync(ShardId, []);
        }
        catch (Exception)
        {
            // A silent shard is forgotten.
        }
    }
}
