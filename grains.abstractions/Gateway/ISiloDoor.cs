namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>What a process outside the cluster calls to be connected with one certain silo.</summary>
[Alias("orleansllm.silo.door.v1")]
public interface ISiloDoor : IGrainExtension
{
    /// <summary>Nothing but an answer.</summary>
    [Alias("knock"), ResponseTimeout("00:00:10")]
    ValueTask KnockAsync();
}
