using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Telemetry;

namespace OrleansLlm.Grains.Tests.Ledger;

public sealed class LedgerWriterTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("orleansllm-test-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Start_FolderThatCannotBeDeleted_StandsInNothingsWay()
    {
        // What holds more than a journal: its own files go, the folder cannot.
        var odd = _root.CreateSubdirectory("odd");
        odd.CreateSubdirectory("kept");
        await File.WriteAllTextAsync(Path.Combine(odd.FullName, "lock"), string.Empty, TestContext.Current.CancellationToken);
        var segment = Path.Combine(odd.FullName, "000000000.jsonl");
        await File.WriteAllTextAsync(segment, string.Empty, TestContext.Current.CancellationToken);
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var telemetry = new GatewayTelemetry(meters, new GenAiTelemetry(meters, Options.Create(new TelemetryOptions())));
        using var writer = new LedgerWriter(
            [new NoSink()], Options.Create(new LedgerOptions { JournalDirectory = _root.FullName }), telemetry, TimeProvider.System, NullLogger<LedgerWriter>.Instance);
        await writer.StartAsync(TestContext.Current.CancellationToken);
        while (File.Exists(segment))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await writer.StopAsync(TestContext.Current.CancellationToken);
        await writer.ExecuteTask!;
        Assert.True(Directory.Exists(Path.Combine(odd.FullName, "kept")));
    }

    private sealed class NoSink : ILedgerSink
    {
        public string Name => "none";

        public Task DeliverAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
