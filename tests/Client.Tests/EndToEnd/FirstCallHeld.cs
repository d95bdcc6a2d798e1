using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Before the providers: the first call is sent on when it is let go, the later ones at once.</summary>
internal sealed class FirstCallHeld
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Completes when the first call is there.</summary>
    public Task ArrivedAsync() => _arrived.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    public void LetGo() => _letGo.TrySetResult();

    public IUpstreamCatalog Before(IUpstreamCatalog inner) => new Catalog(inner, this);

    private async ValueTask PassAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _calls) > 1)
            return;
        _arrived.SetResult();
        await _letGo.Task.WaitAsync(cancellationToken);
    }

    private sealed class Catalog(IUpstreamCatalog inner, FirstCallHeld held) : IUpstreamCatalog
    {
        public string Description => inner.Description;

        public IReadOnlyList<ServedModel> Models => inner.Models;

        public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null) =>
            inner.Find(model, endpoint) is { } target ? target with { Upstream = new Upstream(target.Upstream, held) } : null;
    }

    private sealed class Upstream(IUpstream inner, FirstCallHeld held) : IUpstream
    {
        public string Name => inner.Name;

        public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
        {
            await held.PassAsync(cancellationToken);
            return await inner.SendAsync(request, cancellationToken);
        }
    }
}
