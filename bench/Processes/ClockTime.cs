namespace OrleansLlm.Bench.Processes;

/// <summary>A time of one of the system's clocks (<c>timespec</c>).</summary>
/// <param name="Seconds">Whole seconds.</param>
/// <param name="Nanoseconds">What is left of the last one.</param>
internal readonly record struct ClockTime(long Seconds, long Nanoseconds);
