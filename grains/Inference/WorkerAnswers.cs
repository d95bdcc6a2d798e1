using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Inference;

/// <summary>Lane outcomes as the wire names them.</summary>
internal static class WorkerAnswers
{
    public static WorkerOutcome ToWire(this LaneOutcome outcome) => outcome switch
    {
        LaneOutcome.Completed => WorkerOutcome.Completed,
        LaneOutcome.Overloaded => WorkerOutcome.Overloaded,
        LaneOutcome.DeadlinePassed => WorkerOutcome.DeadlinePassed,
        LaneOutcome.Unavailable => WorkerOutcome.Unavailable,
        _ => WorkerOutcome.Faulted,
    };
}
