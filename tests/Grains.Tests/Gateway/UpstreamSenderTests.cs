using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Tests.Gateway;

/// <summary>What is sent for a caller who leaves: without a budget, which is asked for over grains.</summary>
public sealed class UpstreamSenderTests
{
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task SendAsync_CallerLeaves_OnlyWhatWasSentIsUnderWay(bool before, int sent)
    {
        using var run = Run();
        var reader = run.TryAttach()!;
        var upstream = new Silent();
        var call = Call(run);
        if (before)
            run.Detach(reader);
        var sending = Sender(upstream).SendAsync(call, static (_, _) => default, run.Abandoned).AsTask();
        if (!before)
            run.Detach(reader);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal((sent, sent > 0, sent > 0 ? "openai" : null), (upstream.Calls, call.Progress.IsUnderWay, call.GenAi.Provider));
    }

    private static UpstreamSender Sender(Silent upstream)
    {
        var spending = new SpendGate(null!, null!, null!, Options.Create(new BudgetOptions()), TimeProvider.System, NullLogger<SpendGate>.Instance);
        return new UpstreamSender(
            upstream, spending, Options.Create(new FallbackOptions()), Options.Create(new QueryGatewayOptions()), null!, NullLogger<UpstreamSender>.Instance);
    }

    private static QueryRun Run()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":"Which desk?"}]}""");
        Assert.Null(WireForms.Of(WireForm.ChatCompletions).Read(bytes, null, out var chat));
        var policy = new TenantPolicy { TenantId = "t", Cache = LayerMode.Off, Routing = LayerMode.Off, Compression = LayerMode.Off, CacheTimeToLive = TimeSpan.FromHours(1) };
        var request = Admission.Of("req", policy, chat!, bytes, null, RequestControls.Default, Caller.None).Request;
        return new QueryRun(new Query(request, chat!, policy, "p", TimeProvider.System.GetTimestamp()));
    }

    private static CallUnderWay Call(QueryRun run) => new(
        run, CacheLookup.Bypass("Test"), RouteLayer.Requested(run.Query), CompressionOutcome.None("Test"), null, 0, default,
        new GenAiCall(new GenAiTelemetry(new Meters(), Options.Create(new TelemetryOptions())), null, "chat", "m")) { Lost = [] };

    /// <summary>Takes every call and answers none; tells nothing of how far it came.</summary>
    private sealed class Silent : IUpstream, IUpstreamCatalog
    {
        public string Name => "silent";

        public string Description => Name;

        public IReadOnlyList<ServedModel> Models => [];

        public int Calls { get; private set; }

        public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null) => new(this, null, "openai");

        public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
        {
            Calls++;
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("Never reached.");
        }
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
