using System.Buffers;
using System.Reflection;
using System.Text.Json;
using OrleansLlm.Client.Ledger;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Client.Tests.Ledger;

public sealed class LedgerReaderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Read_LineThatIsNoEntry_IsLeftOutAndLogged()
    {
        var logger = new Said();
        var reader = new LedgerReader(OneDay.Cluster([.. Line(1), .. "{\"torn\":\n"u8, .. Line(2)]), logger);
        var entries = new List<LedgerEntry>();
        await foreach (var piece in reader.ReadAsync(["acme"], Noon.AddHours(-1), Noon.AddHours(1), TestContext.Current.CancellationToken))
            entries.AddRange(piece);
        Assert.Equal([1, 2], entries.Select(static e => (int)e.Sequence));
        Assert.Equal(["Warning: 1 lines of tenant acme's ledger of 06/21/2026 are no entries and are left out"], logger.Lines);
    }

    private static byte[] Line(long sequence)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        LedgerLine.Write(
            buffer,
            json,
            new LedgerEntry
            {
                RequestId = "r" + sequence, TenantId = "acme", At = Noon, RequestedModel = "m", BaselineModel = "m", UsedModel = "m", HitKind = HitKind.Miss, PromptTokensBefore = 1,
                Usage = default, CompletionTokensServed = 0, CostUsd = 0, BaselineUsd = 0, Saved = default,
            },
            "w",
            sequence);
        return buffer.WrittenSpan.ToArray();
    }

    private sealed class Said : ILogger<LedgerReader>
    {
        internal List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }

    // A cluster whose one ledger has one piece of lines for the day.
    public class OneDay : DispatchProxy
    {
        private byte[] _lines = [];

        internal static IClusterClient Cluster(byte[] lines) => Of<IClusterClient>(lines);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.ReturnType == typeof(ILedgerGrain) ? Of<ILedgerGrain>(_lines)
            : targetMethod.Name == nameof(ILedgerGrain.ReadAsync) ? Task.FromResult(_lines)
            : throw new NotSupportedException(targetMethod.Name);

        private static T Of<T>(byte[] lines)
        {
            var proxy = Create<T, OneDay>();
            ((OneDay)(object)proxy!)._lines = lines;
            return proxy;
        }
    }
}
