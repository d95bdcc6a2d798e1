using OrleansLlm.Core;

namespace OrleansLlm.Inference;

/// <summary>
/// A model behind a bounded queue and its own threads. The caller's thread only enqueues; it is resumed on another thread than the
/// lane's, so that neither a grain turn nor a lane waits for the other.
/// </summary>
public interface IInferenceLane<in TIn, TOut>
{
    /// <summary>The model's name, for metrics and the log.</summary>
    string Name { get; }

    /// <summary>False where the model is not loaded: every answer is <see cref="LaneOutcome.Unavailable"/>.</summary>
    bool IsAvailable { get; }

    /// <summary>Items waiting now.</summary>
    int QueueDepth { get; }

    /// <summary>Runs the model on one input. Never throws for a model's fault and never answers later than the deadline.</summary>
    ValueTask<LaneResult<TOut>> RunAsync(TIn input, Deadline deadline);
}
