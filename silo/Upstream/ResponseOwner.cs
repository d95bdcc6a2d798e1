namespace OrleansLlm.Silo.Upstream;

/// <summary>Releases a response's connection together with the reply.</summary>
internal sealed class ResponseOwner(IDisposable response) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
