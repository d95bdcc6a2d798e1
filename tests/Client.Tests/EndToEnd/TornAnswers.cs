using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream.Simulation;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Before the providers: an answer whose body, once it is read, fails with what <paramref name="faultOf"/> says; null leaves the request to the provider.</summary>
internal sealed class TornAnswers(IUpstreamCatalog inner, Func<UpstreamRequest, Exception?> faultOf) : IUpstreamCatalog
{
    public string Description => inner.Description;

    public IReadOnlyList<ServedModel> Models => inner.Models;

    public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null) =>
        inner.Find(model, endpoint) is { } target ? target with { Upstream = new Upstream(target.Upstream, faultOf) } : null;

    private sealed class Upstream(IUpstream inner, Func<UpstreamRequest, Exception?> faultOf) : IUpstream
    {
        public string Name => inner.Name;

        public ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken) =>
            faultOf(request) is { } fault ? new(new UpstreamReply(200, [], "application/json", new PacedBody(_ => TornAsync(fault)))) : inner.SendAsync(request, cancellationToken);

        private static async IAsyncEnumerable<ReadOnlyMemory<byte>> TornAsync(Exception fault)
        {
            yield return "{"u8.ToArray();
            await Task.Yield();
            throw fault;
        }
    }
}
