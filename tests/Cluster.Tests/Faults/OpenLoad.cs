using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// Requests that come whether or not those before them were answered, without a retry: questions asked again and again (one shard each), new plain
/// ones and new streamed ones. Everything that was seen is kept.
/// </summary>
internal sealed class OpenLoad(GatewayCluster cluster, double perSecond, TimeSpan longestStream, int shards)
{
    private readonly ConcurrentQueue<Seen> _seen = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private Task _load = Task.CompletedTask;
    private int _fresh;
    private volatile bool _stopped;

    public IReadOnlyCollection<Seen> All => _seen;

    public IEnumerable<Seen> Failures => _seen.Where(static s => s.Problem is not null);

    /// <summary>Asks the repeated questions until each is answered from the cache.</summary>
    public async Task WarmAsync()
    {
        for (var shard = 0; shard < shards; shard++)
        {
            Seen seen;
            do
                seen = await AskAsync(Kind.Repeated, shard);
            while (seen.Cache != "exact");
        }

        _seen.Clear();
    }

    public void Start() => _load = Task.Run(async () =>
    {
        var turn = 0;
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        while (!_stopped && await clock.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            var kind = (turn % 4) switch { 0 => Kind.Streamed, 1 => Kind.Plain, _ => Kind.Repeated };
            var shard = turn++ % shards;
            var asking = AskAsync(kind, shard);
            _running[asking] = true;
            _ = asking.ContinueWith(t => _running.TryRemove(t, out _), TaskScheduler.Default);
        }
    });

    public async Task StopAsync()
    {
        _stopped = true;
        await _load;
        await Task.WhenAll(_running.Keys);
    }

    /// <summary>How many of each kind ended how, and their times.</summary>
    public string Summary()
    {
        var text = new StringBuilder();
        foreach (var kind in _seen.GroupBy(static s => s.Kind).OrderBy(static g => g.Key))
        {
            var times = kind.Select(static s => s.Took.TotalMilliseconds).Order().ToArray();
            text.Append(CultureInfo.InvariantCulture, $"{kind.Key}: {times.Length}, failed {kind.Count(static s => s.Problem is not null)}, p50 {times[times.Length / 2]:0} ms, p99 {times[(int)(times.Length * 0.99)]:0} ms, longest {times[^1]:0} ms; ");
        }

        return text.ToString();
    }

    private async Task<Seen> AskAsync(Kind kind, int shard)
    {
        var question = kind == Kind.Repeated
            ? $"Which form is kept in folder {shard}?"
            : PacedUpstream.Lasting($"What stands on page {Interlocked.Increment(ref _fresh)} of the book?", longestStream * Random.Shared.NextDouble());
        var program = cluster.Next();
        var began = Stopwatch.GetTimestamp();
        var (cache, problem) = ((string?)null, (string?)null);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                // A shard for each folder: other instructions are another partition.
                Content = JsonContent.Create(new
                {
                    model = "gpt-4o",
                    stream = kind == Kind.Streamed,
                    messages = new[] { new { role = "system", content = $"You keep folder {shard}." }, new { role = "user", content = question } },
                }),
            };
            using var response = await program.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            cache = response.Headers.TryGetValues("x-orleansllm-cache", out var values) ? values.Single() : null;
            if (!response.IsSuccessStatusCode)
                problem = $"{(int)response.StatusCode} {body}";
            else if (kind == Kind.Streamed && !body.Contains("data: [DONE]\n\n", StringComparison.Ordinal))
                problem = "cut: " + body[^Math.Min(body.Length, 300)..].ReplaceLineEndings(" ");
            else if (!body.Contains(JsonEncodedText.Encode(PacedUpstream.AnswerTo(question)).Value, StringComparison.Ordinal))
                problem = "wrong answer: " + body;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            problem = e.GetBaseException().Message;
        }

        var seen = new Seen(kind, shard, began, Stopwatch.GetElapsedTime(began), cache, problem);
        _seen.Enqueue(seen);
        return seen;
    }

    internal enum Kind
    {
        Repeated,
        Plain,
        Streamed,
    }

    /// <summary>One request.</summary>
    /// <param name="Kind">What was asked.</param>
    /// <param name="Shard">Its instructions, and so its shard.</param>
    /// <param name="Began">Timestamp.</param>
    /// <param name="Took">Until its end.</param>
    /// <param name="Cache">Where the answer came from.</param>
    /// <param name="Problem">What was wrong with it; null where nothing was.</param>
    internal sealed record Seen(Kind Kind, int Shard, long Began, TimeSpan Took, string? Cache, string? Problem);
}
