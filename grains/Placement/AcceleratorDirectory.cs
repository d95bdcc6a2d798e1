using System.Collections.Concurrent;
using Orleans.Runtime.MembershipService.SiloMetadata;
using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Placement;

/// <summary>
/// Sends work to a silo with an accelerator. Who has the work decides call by call: Orleans asks a placement filter only for a worker that a silo
/// has not at hand, so one that served here before there was an accelerator would do so for good. Only the model that this silo has serves it: partition,
/// acceptance policy and certificate are that model's, and a rolling update has silos of two.
/// </summary>
internal sealed class AcceleratorDirectory(InferenceEngine engine, ISiloMetadataCache metadata, ISiloStatusOracle silos, ILocalSiloDetails local, TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Answer> _answers = new(StringComparer.Ordinal);

    /// <summary>The answer of a silo with an accelerator; null where this one is to do the work, because no other has one or none can do it.</summary>
    /// <param name="lane">The work's lane.</param>
    /// <param name="deadline">After which nobody waits any more.</param>
    /// <param name="elsewhere">Asks the worker elsewhere.</param>
    /// <param name="outcome">What became of it there.</param>
    public async ValueTask<TResult?> AskAsync<TResult>(string lane, Deadline deadline, Func<ValueTask<TResult>> elsewhere, Func<TResult, WorkerOutcome> outcome)
        where TResult : struct
    {
        if (!IsBetterElsewhere(lane))
            return null;
        try
        {
            var answer = await elsewhere().AsTask().WaitAsync(deadline.Remaining(time), time);
            // Its clock may be another, its queue full, its device lost. While there is time, all that is known here is that it was not done.
            return outcome(answer) == WorkerOutcome.Completed || deadline.HasPassed(time) ? answer : null;
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // Lost, full, leaving or out of reach. The call's deadline says whether there is time to do it here.
            return null;
        }
    }

    /// <summary>Whether a silo has this one's model of a lane on an accelerator.</summary>
    public bool Serves(SiloAddress silo, string lane) =>
        engine.LaneModels.TryGetValue(lane, out var model) && metadata.GetSiloMetadata(silo).Metadata.TryGetValue(AcceleratorPlacement.KeyOf(lane), out var theirs)
        && theirs == model;

    // Looked up once in a second: another silo has an accelerator for the lane, and this one has none.
    private bool IsBetterElsewhere(string lane)
    {
        if (_answers.TryGetValue(lane, out var answer) && time.GetElapsedTime(answer.At) < s_interval)
            return answer.IsBetterElsewhere;
        var better = !Serves(local.SiloAddress, lane) && silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Any(s => Serves(s, lane));
        _answers[lane] = new Answer(better, time.GetTimestamp());
        return better;
    }

    private readonly record struct Answer(bool IsBetterElsewhere, long At);
}
