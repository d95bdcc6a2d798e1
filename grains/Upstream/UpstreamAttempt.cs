namespace OrleansLlm.Grains.Upstream;

/// <summary>A try of a call that gave no answer and may be billed nevertheless.</summary>
/// <param name="Model">The model asked.</param>
/// <param name="Provider">The provider's name in the configuration.</param>
/// <param name="Failure">How it ended.</param>
/// <param name="Status">The status that stands for it: 502 or 504.</param>
/// <param name="Took">Time from sending to giving up.</param>
public sealed record UpstreamAttempt(string Model, string Provider, UpstreamFailure Failure, int Status, TimeSpan Took);
