namespace OrleansLlm.Core.Caching;

/// <summary>A comparison of two answers.</summary>
/// <param name="Verdict">What it says.</param>
/// <param name="Reason">What decided it.</param>
public readonly record struct AnswerComparison(AnswerVerdict Verdict, AnswerReason Reason);
