using OrleansLlm.Core;

namespace OrleansLlm.Inference;

/// <summary>A lane that takes inputs which are of use together alone.</summary>
public interface IGroupLane<in TIn, TOut> : IInferenceLane<TIn, TOut>
{
    /// <summary>
    /// Runs the model on all inputs, each by itself: queued together or refused together, and once one of them has no result the others take no
    /// more time from anybody. Results are in the order of the inputs.
    /// </summary>
    ValueTask<LaneResult<TOut[]>> RunAllAsync(IReadOnlyList<TIn> inputs, Deadline deadline);
}
