using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using OrleansLlm.Grains.Abstractions;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>
/// Tells the tenants' feedback grains which stored answers were given here, a moment's worth at a time: a hit sends no message, and wakes no thread for one.
/// Beyond what a grain remembers the oldest are dropped.
/// </summary>
public sealed class ServedAnswers : BackgroundService
{
    private const int MostInAMessage = 1024;

    private static readonly TimeSpan s_interval = IFeedbackGrain.KnownAfter / 2.5;

    private readonly Channel<(string Tenant, ServedAnswer Answer)> _served = Channel.CreateBounded<(string, ServedAnswer)>(
        new BoundedChannelOptions(FeedbackGrain.Remembered) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly KeyedGrains<IFeedbackGrain> _feedback;
    private readonly TimeProvider _time;

    public ServedAnswers(IGrainFactory grains, TimeProvider time) => (_feedback, _time) = (new KeyedGrains<IFeedbackGrain>(grains), time);

    /// <summary>Notes an answer.</summary>
    /// <param name="tenant">Whose request it was.</param>
    /// <param name="answer">What it got.</param>
    public void Add(string tenant, ServedAnswer answer) => _served.Writer.TryWrite((tenant, answer));

    /// <summary>Tells what is left; called when the silo stops, before its grains do.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Tell();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _served.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(s_interval, _time, stoppingToken);
                Tell();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    // One way: nobody waits for what only a verdict will ask for.
    private void Tell()
    {
        var byTenant = new Dictionary<string, List<ServedAnswer>>(StringComparer.Ordinal);
        while (_served.Reader.TryRead(out var served))
        {
            if (!byTenant.TryGetValue(served.Tenant, out var answers))
                byTenant[served.Tenant] = answers = [];
            answers.Add(served.Answer);
        }

        foreach (var (tenant, answers) in byTenant)
        {
            foreach (var message in answers.Chunk(MostInAMessage))
                _ = _feedback.Get(tenant).ServedManyAsync(message);
        }
    }
}
