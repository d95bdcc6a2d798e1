using OrleansLlm.Core;

namespace OrleansLlm.Inference;

/// <summary>Stands for a model that could not be loaded.</summary>
internal sealed class UnavailableLane<TIn, TOut>(string name) : IGroupLane<TIn, TOut>
{
    public string Name { get; } = name;

    public bool IsAvailable => false;

    public int QueueDepth => 0;

    public ValueTask<LaneResult<TOut>> RunAsync(TIn input, Deadline deadline) => new(new LaneResult<TOut>(LaneOutcome.Unavailable, default));

    public ValueTask<LaneResult<TOut[]>> RunAllAsync(IReadOnlyList<TIn> inputs, Deadline deadline) => new(new LaneResult<TOut[]>(LaneOutcome.Unavailable, default));
}
