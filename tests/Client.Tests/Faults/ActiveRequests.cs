using System.Diagnostics.Metrics;

namespace OrleansLlm.Client.Tests.Faults;

/// <summary>One gateway's own count of the requests that it answers anew, whatever other gateways of this process count.</summary>
internal sealed class ActiveRequests : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;
    private long _begun;

    public ActiveRequests(IServiceProvider services)
    {
        var own = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "orleansllm.requests.active" && ReferenceEquals(instrument.Meter.Scope, own))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) =>
        {
            Interlocked.Add(ref _count, change);
            if (change > 0)
                Interlocked.Increment(ref _begun);
        });
        _listener.Start();
    }

    /// <summary>Requests under way.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>All that ever began.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    public void Dispose() => _listener.Dispose();
}
