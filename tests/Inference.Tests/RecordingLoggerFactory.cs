using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansLlm.Inference.Tests;

/// <summary>Keeps what is logged, and whether a thread of the pool said it.</summary>
internal sealed class RecordingLoggerFactory : ILoggerFactory, ILogger
{
    public ConcurrentQueue<(LogLevel Level, string Text, bool OnPool)> Messages { get; } = new();

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Messages.Enqueue((logLevel, formatter(state, exception), Thread.CurrentThread.IsThreadPoolThread));

    public void Dispose()
    {
    }
}
