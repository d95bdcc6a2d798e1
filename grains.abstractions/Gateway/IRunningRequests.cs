namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>What a caller asks beside a long call, to learn whether the activation that works on it still lives.</summary>
[Alias("orleansllm.running.v1")]
public interface IRunningRequests : IGrainWithStringKey
{
    /// <summary>Whether this activation works on the request; a new activation in a lost one's place does not.</summary>
    [Alias("isRunning"), ResponseTimeout("00:00:10")]
    Task<bool> IsRunningAsync(string requestId);
}
