using System.Collections.Concurrent;

namespace OrleansLlm.Client.Tests;

/// <summary>Warnings and worse of the categories that begin with one of the names.</summary>
internal sealed class RecordedFaults(params string[] categories) : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Writer(RecordedFaults faults, string category) : ILogger
    {
        private readonly bool _isRecorded = Array.Exists(faults.Categories, c => category.StartsWith(c, StringComparison.Ordinal));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && _isRecorded;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                faults.Lines.Enqueue($"{category}: {formatter(state, exception)}");
        }
    }

    private string[] Categories { get; } = categories;
}
