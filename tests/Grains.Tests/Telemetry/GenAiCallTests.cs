using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Telemetry;

namespace OrleansLlm.Grains.Tests.Telemetry;

/// <summary>What counts as a provider's failed call: an alert rests on it.</summary>
public sealed class GenAiCallTests
{
    [Theory]
    [InlineData(404, null)]
    [InlineData(429, "insufficient_quota")]
    public void End_NobodyWasAsked_IsNoCallOfAProvider(int status, string? failure) => Assert.Empty(Recorded(call => call.End(status, default, string.Empty, failure)));

    [Fact]
    public void Dispose_NobodyWasAsked_IsNoCallOfAProvider() => Assert.Empty(Recorded(static _ => { }));

    [Theory]
    [InlineData(200, null, null)]
    [InlineData(GenAiCall.CallerLeft, null, null)]
    [InlineData(500, null, "500")]
    [InlineData(502, "TimedOut", "TimedOut")]
    public void End_AProviderWasAsked_OnlyItsFailuresAreErrors(int status, string? failure, string? error)
    {
        var (provider, type) = Assert.Single(Recorded(call =>
        {
            call.Provider = "openai";
            call.End(status, new TokenUsage(3, 1), string.Empty, failure);
        }));
        Assert.Equal(("openai", error), (provider, type));
    }

    private static List<(string? Provider, string? Error)> Recorded(Action<GenAiCall> use)
    {
        using var meters = new Meters();
        var calls = new List<(string?, string?)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "gen_ai.client.operation.duration" && meters.All.Contains(instrument.Meter))
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var byName = tags.ToArray().ToDictionary(static t => t.Key, static t => t.Value as string);
            calls.Add((byName.GetValueOrDefault("gen_ai.provider.name"), byName.GetValueOrDefault("error.type")));
        });
        listener.Start();
        using (var call = new GenAiTelemetry(meters, Options.Create(new TelemetryOptions())).Begin("chat", "m", streamed: false))
            use(call);
        return calls;
    }

    private sealed class Meters : IMeterFactory
    {
        public List<Meter> All { get; } = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options);
            All.Add(meter);
            return meter;
        }

        public void Dispose() => All.ForEach(static m => m.Dispose());
    }
}
