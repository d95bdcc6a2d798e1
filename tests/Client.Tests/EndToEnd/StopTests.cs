using System.Collections.Concurrent;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class StopTests
{
    [Fact]
    public async Task Stop_WithKeysAndRateLimits_LogsNoFault()
    {
        using var logs = new Faults();
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:RateLimits:RequestsPerMinute"] = "1000";
        await using (var gateway = await GatewayProcess.StartAsync(settings, logs: logs))
        {
            using var made = await gateway.PostAsync(new { name = "app", tenant = "acme" }, GatewayFixture.Operator, "/admin/v1/keys");
            made.EnsureSuccessStatusCode();
            using var asked = await gateway.AskAsync("Who stops first?", key: GatewayFixture.Acme);
            asked.EnsureSuccessStatusCode();
            logs.Lines.Clear();
        }

        Assert.Equal(string.Empty, string.Join('\n', logs.Lines));
    }

    // Of the API, which asks the silo beside it: a store that a busy machine makes late is another matter.
    private sealed class Faults : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Writer(Faults faults, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && category.StartsWith("OrleansLlm.Client", StringComparison.Ordinal);

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel))
                    faults.Lines.Enqueue($"{category}: {formatter(state, exception)}");
            }
        }
    }
}
