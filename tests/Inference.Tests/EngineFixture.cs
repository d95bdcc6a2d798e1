namespace OrleansLlm.Inference.Tests;

/// <summary>One engine on the repository's models, shared by a class's tests.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    public InferenceEngine Engine { get; } = TestModels.Start();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
