namespace OrleansLlm.Bench.Gateway;

/// <summary>How the mock upstream streams.</summary>
/// <param name="Tokens">Chunks of an answer.</param>
/// <param name="Apart">Time between two of them; zero writes all at once.</param>
internal sealed record StreamPace(int Tokens, TimeSpan Apart);
