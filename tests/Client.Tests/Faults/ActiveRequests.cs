using System.Diagnostics.Metrics;

namespace OrleansLlm.Client.Tests.Faults;

/// <summary>One gateway's own count of the requests that it answers anew, whatever other gateways of this process count.</summary>
internal sealed class ActiveRequests : IDisposable
{
    private readonly MeterListener _listener = new();
    private long? _count;

    public ActiveRequests(IServiceProvider services)
    {
        var own = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "orleansllm.requests.active" && ReferenceEquals(instrument.Meter.Scope, own))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => _count = count);
        _listener.Start();
    }

    /// <summary>Requests under way.</summary>
    public long Count
    {
        get
        {
            _count = null;
            _listener.RecordObservableInstruments();
            return _count ?? throw new InvalidOperationException("The gateway counts no requests under way.");
        }
    }

    public void Dispose() => _listener.Dispose();
}
