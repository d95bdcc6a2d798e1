using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Silo.Upstream.Resilience;

/// <summary>Meters of the providers. Tags are configured names and names of outcomes only, so that their number is bounded.</summary>
internal sealed class UpstreamTelemetry
{
    private readonly ConcurrentDictionary<(string Provider, AttemptOutcome Outcome), StrongBox<long>> _attempts = new();
    private readonly Counter<long> _retries;
    private readonly Counter<long> _cooldowns;
    private readonly ConcurrentBag<Deployment> _watched = [];

    public UpstreamTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(GatewayTelemetry.MeterName);
        // Told when somebody reads them: every answer passes here on its way to its caller.
        meter.CreateObservableCounter(
            "orleansllm.upstream.attempts",
            () => _attempts.Select(static a => new Measurement<long>(
                Interlocked.Read(ref a.Value.Value), new("provider", a.Key.Provider), new("outcome", a.Key.Outcome.ToString()))),
            "{attempt}",
            "Calls to providers by how they ended");
        _retries = meter.CreateCounter<long>("orleansllm.upstream.retries", "{attempt}", "Calls made again, by the provider that failed and how");
        _cooldowns = meter.CreateCounter<long>("orleansllm.upstream.cooldowns", "{cooldown}", "Times a deployment was left to rest for others");
        meter.CreateObservableGauge(
            "orleansllm.upstream.circuit",
            () => _watched.Select(static d => new Measurement<int>(d.CircuitState, new("provider", d.Name), new("model", d.Model))),
            "{state}",
            "Circuit of a configured deployment: 0 closed, 1 half open, 2 open");
    }

    /// <summary>Shows the deployment's circuit; for configured models only.</summary>
    public void Watch(Deployment deployment) => _watched.Add(deployment);

    public void Tried(string provider, AttemptOutcome outcome) => Interlocked.Increment(ref _attempts.GetOrAdd((provider, outcome), static _ => new StrongBox<long>()).Value);

    public void Retried(string provider, AttemptOutcome outcome) => _retries.Add(1, new("provider", provider), new("reason", outcome.ToString()));

    public void CooledDown(string provider, AttemptOutcome outcome) => _cooldowns.Add(1, new("provider", provider), new("reason", outcome.ToString()));
}
