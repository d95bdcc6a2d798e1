using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>Deletes a tenant's answers by tag, one tag after the other, and notes what was told.</summary>
internal sealed class Invalidator(GatewayCluster cluster, string key, int shards) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public ConcurrentQueue<InvalidationHistory.Deletion> Done { get; } = new();

    public int Failed { get; private set; }

    public void Start() => _running = Task.Run(async () =>
    {
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            await DeleteAsync(OpenLoad.TagOf(turn % shards));
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
    });

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public void Dispose() => _stop.Dispose();

    private async Task DeleteAsync(string tag)
    {
        var asked = Stopwatch.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, "/admin/v1/cache?tag=" + tag) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
            using var response = await cluster.Next().Http.SendAsync(request, TestContext.Current.CancellationToken);
            if (response.IsSuccessStatusCode)
            {
                Done.Enqueue(new InvalidationHistory.Deletion(key, tag, asked, Stopwatch.GetTimestamp()));
                return;
            }
        }
        catch (HttpRequestException)
        {
            // Its API was killed.
        }

        Failed++;
    }
}
