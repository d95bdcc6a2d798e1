namespace OrleansLlm.Inference;

/// <summary>How a request to a lane ended. Everything but <see cref="Completed"/> means: go on without this model.</summary>
public enum LaneOutcome
{
    Completed,

    /// <summary>The queue was full.</summary>
    Overloaded,

    /// <summary>The deadline passed before a result was there, or left less time than one takes.</summary>
    DeadlinePassed,

    /// <summary>The model is not loaded, or the lane is closing.</summary>
    Unavailable,

    /// <summary>The model failed on this input; the error is in the log.</summary>
    Faulted,
}
