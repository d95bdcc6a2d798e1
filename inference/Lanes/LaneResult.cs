using System.Diagnostics.CodeAnalysis;

namespace OrleansLlm.Inference;

/// <summary>What a lane answers.</summary>
/// <param name="Outcome">How the request ended.</param>
/// <param name="Value">The model's result where <see cref="Outcome"/> is <see cref="LaneOutcome.Completed"/>, else the type's default.</param>
public readonly record struct LaneResult<T>(LaneOutcome Outcome, T? Value)
{
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsCompleted => Outcome == LaneOutcome.Completed;
}
