using System.Text;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Cluster.Tests.Upstream.Resilience;

/// <summary>A provider that gives one prepared reply after the other (the last for ever) and knows which of them were let go.</summary>
internal sealed class ScriptedProvider(string name, params Func<UpstreamReply>[] replies) : IUpstream
{
    private readonly List<Body> _bodies = [];

    public string Name { get; } = name;

    public int Calls { get; private set; }

    public int Held => _bodies.Count(static b => !b.Disposed);

    public Func<int, UpstreamReply>? Answer { get; set; }

    public static Func<UpstreamReply> Status(int status, params (string Name, string Value)[] headers) =>
        Says(status, $"body {status}", headers);

    public static Func<UpstreamReply> Says(int status, string body, params (string Name, string Value)[] headers) =>
        () => new UpstreamReply(status, [.. headers.Select(static h => KeyValuePair.Create(h.Name, h.Value))], "application/json", new Body(body));

    public static Func<UpstreamReply> Fails(UpstreamFailure failure) => () => UpstreamFailures.Reply("p", failure);

    public ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reply = Answer?.Invoke(Calls) ?? replies[Math.Min(Calls, replies.Length - 1)]();
        Calls++;
        if (reply.Body is Body body)
            _bodies.Add(body);
        return new(reply);
    }

    private sealed class Body(string text) : MemoryStream(Encoding.UTF8.GetBytes(text), writable: false)
    {
        public bool Disposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            Disposed = true;
            base.Dispose(disposing);
        }
    }
}
