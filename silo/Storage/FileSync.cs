using System.Collections.Concurrent;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Brings what was written to files through to the disk once a second, as a Redis does with <c>appendfsync everysec</c>: the end of this process loses nothing
/// that was written, a power cut the last second. A flush holds its thread up, and whoever writes to the same disk meanwhile; so there are few, on a thread of their own.
/// </summary>
internal sealed class FileSync(TimeProvider time, ILogger<FileSync> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> _written = new(StringComparer.Ordinal);

    /// <summary>The file has something that is not on the disk.</summary>
    public void Written(string path) => _written[path] = true;

    /// <summary>Brings the file through to the disk now; holds its thread up.</summary>
    public static void Flush(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Runs what holds its thread up: those of the pool are few, and answer requests.</summary>
    public static Task OnThreadOfItsOwn(Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc cref="OnThreadOfItsOwn(Action)"/>
    public static Task<T> OnThreadOfItsOwn<T>(Func<T> action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await OnThreadOfItsOwn(Sync);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (!_written.IsEmpty)
                    await OnThreadOfItsOwn(Sync);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void Sync()
    {
        foreach (var path in _written.Keys)
        {
            _written.TryRemove(path, out _);
            try
            {
                Flush(path);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // Packed, or replaced, by a file that was flushed.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                StorageLog.NotSynced(logger, e);
            }
        }
    }
}
