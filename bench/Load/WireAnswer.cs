namespace OrleansLlm.Bench.Load;

/// <summary>What came back for one request.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Cache">What <c>x-orleansllm-cache</c> says; null without one.</param>
/// <param name="Refusal">The body of an answer that is no success; null of any other.</param>
/// <param name="FirstByteAt">When the first byte of the body was there, a <see cref="System.Diagnostics.Stopwatch"/> timestamp; 0 without a body.</param>
/// <param name="EndedAt">When the last byte was there.</param>
internal readonly record struct WireAnswer(int Status, string? Cache, string? Refusal, long FirstByteAt, long EndedAt);
