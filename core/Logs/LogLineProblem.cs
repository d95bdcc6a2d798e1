namespace OrleansLlm.Core.Logs;

/// <summary>A line of the log that cannot be replayed.</summary>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Message">What is wrong, naming the field; no part of a prompt.</param>
public sealed record LogLineProblem(int Line, string Message);
