namespace OrleansLlm.Grains.Gateway;

/// <summary>The requests that one activation works on. One thread at a time, as in a grain.</summary>
internal sealed class RunningRequests
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public bool Contains(string requestId) => _ids.Contains(requestId);

    /// <summary>The request runs until the result is disposed.</summary>
    public IDisposable Begin(string requestId)
    {
        _ids.Add(requestId);
        return new Running(_ids, requestId);
    }

    private sealed class Running(HashSet<string> ids, string requestId) : IDisposable
    {
        public void Dispose() => ids.Remove(requestId);
    }
}
