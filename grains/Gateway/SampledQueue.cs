using System.Threading.Channels;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Work drawn from the requests that is done one after the other, off every reply's path. Where the queue is full, work is left out and counted.</summary>
/// <param name="capacity">Most that wait.</param>
/// <param name="layer">Under which name what is left out is counted.</param>
/// <param name="telemetry">Counts it.</param>
internal sealed class SampledQueue<T>(int capacity, string layer, GatewayTelemetry telemetry)
{
    private readonly Channel<T> _channel = Channel.CreateBounded<T>(
        new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public void Add(T work)
    {
        if (!_channel.Writer.TryWrite(work))
            telemetry.FailOpen(layer, "QueueFull");
    }

    /// <summary>Does what comes, until <paramref name="stoppingToken"/>; what still waits then is given up: a label less, nothing else.</summary>
    /// <param name="work">Does one.</param>
    /// <param name="failed">Told where that failed; the next one follows.</param>
    /// <param name="stoppingToken">Ends it.</param>
    public async Task WorkAsync(Func<T, CancellationToken, Task> work, Action<Exception, T> failed, CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var item in _channel.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    await work(item, stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    failed(e, item);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
