using System.Collections.Concurrent;
using Orleans.Runtime.MembershipService.SiloMetadata;
using OrleansLlm.Core;

namespace OrleansLlm.Grains.Placement;

/// <summary>
/// Sends work to a silo with an accelerator. Who has the work decides call by call: Orleans asks a placement filter only for a worker that a silo
/// has not at hand, so one that served here before there was an accelerator would do so for good.
/// </summary>
internal sealed class AcceleratorDirectory(ISiloMetadataCache metadata, ISiloStatusOracle silos, ILocalSiloDetails local, TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Answer> _answers = new(StringComparer.Ordinal);

    /// <summary>The answer of a silo with an accelerator; null where this one is to do the work, because no other has one or none can take it.</summary>
    /// <param name="lane">The work's lane.</param>
    /// <param name="deadline">After which nobody waits any more.</param>
    /// <param name="elsewhere">Asks the worker elsewhere.</param>
    public async ValueTask<TResult?> AskAsync<TResult>(string lane, Deadline deadline, Func<ValueTask<TResult>> elsewhere)
        where TResult : struct
    {
        if (!IsBetterElsewhere(lane))
            return null;
        try
        {
            return await elsewhere().AsTask().WaitAsync(deadline.Remaining(time), time);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // Lost, full, leaving or out of reach. The call's deadline says whether there is time to do it here.
            return null;
        }
    }

    // Looked up once in a second: another silo has an accelerator for the lane, and this one has none.
    private bool IsBetterElsewhere(string lane)
    {
        if (_answers.TryGetValue(lane, out var answer) && time.GetElapsedTime(answer.At) < s_interval)
            return answer.IsBetterElsewhere;
        var key = AcceleratorPlacement.KeyOf(lane);
        var better = !Has(local.SiloAddress, key) && silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Any(s => Has(s, key));
        _answers[lane] = new Answer(better, time.GetTimestamp());
        return better;
    }

    private bool Has(SiloAddress silo, string key) => metadata.GetSiloMetadata(silo).Metadata.ContainsKey(key);

    private readonly record struct Answer(bool IsBetterElsewhere, long At);
}
