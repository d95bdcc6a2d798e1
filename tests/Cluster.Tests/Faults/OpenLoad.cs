using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Hosting;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// Requests that come whether or not those before them were answered, without a retry: questions asked again and again (one shard each), new plain
/// ones and new streamed ones, by each tenant in turn. Everything that was seen is kept.
/// </summary>
/// <param name="cluster">Who is asked.</param>
/// <param name="perSecond">Requests in a second.</param>
/// <param name="longestStream">Streams last up to so long.</param>
/// <param name="shards">Different instructions.</param>
/// <param name="keys">The tenants' keys; none where the cluster takes requests without.</param>
internal sealed class OpenLoad(GatewayCluster cluster, double perSecond, TimeSpan longestStream, int shards, params string?[] keys)
{
    // Far beyond what any request may take.
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<Seen> _seen = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private Task _load = Task.CompletedTask;
    private int _fresh;
    private volatile bool _stopped;

    public IReadOnlyCollection<Seen> All => _seen;

    public IEnumerable<Seen> Failures => _seen.Where(static s => s.Problem is not null);

    /// <summary>The cache tag of a repeated question.</summary>
    public static string TagOf(int shard) => string.Create(CultureInfo.InvariantCulture, $"folder-{shard}");

    /// <summary>Asks the repeated questions until each tenant has each answered from the cache.</summary>
    public async Task WarmAsync()
    {
        foreach (var key in keys)
        {
            for (var shard = 0; shard < shards; shard++)
            {
                while ((await AskAsync(Kind.Repeated, shard, key)).Cache != "exact")
                    await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    public void Start() => _load = Task.Run(async () =>
    {
        var turn = 0;
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        while (!_stopped && await clock.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            var kind = (turn % 4) switch { 0 => Kind.Streamed, 1 => Kind.Plain, _ => Kind.Repeated };
            var asking = AskAsync(kind, turn / 2 % shards, keys[turn / 4 % keys.Length]);
            turn++;
            _running[asking] = true;
            // What fails in the load itself stays, for its end to tell.
            _ = asking.ContinueWith(t => _running.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.NotOnFaulted, TaskScheduler.Default);
        }
    });

    public async Task StopAsync()
    {
        _stopped = true;
        await _load;
        await Task.WhenAll(_running.Keys);
    }

    /// <summary>How many of each kind ended how, and their times.</summary>
    /// <param name="from">Timestamp from which on requests count.</param>
    public string Summary(long from = 0)
    {
        var text = new StringBuilder();
        foreach (var kind in _seen.Where(s => s.Began >= from).GroupBy(static s => s.Kind).OrderBy(static g => g.Key))
        {
            var times = kind.Select(static s => s.Took.TotalMilliseconds).Order().ToArray();
            var cached = kind.Count(static s => s.Cache == "exact");
            text.Append(CultureInfo.InvariantCulture, $"{kind.Key} {times.Length}, failed {kind.Count(static s => s.Problem is not null)}, from the cache {cached}, p50 {times[times.Length / 2]:0} ms, p99 {times[(int)(times.Length * 0.99)]:0} ms, longest {times[^1]:0} ms; ");
        }

        return text.ToString();
    }

    /// <summary>Asks a repeated question, or a new one, once.</summary>
    public async Task<Seen> AskAsync(Kind kind, int shard, string? key)
    {
        var question = kind == Kind.Repeated
            ? $"Which form is kept in folder {shard}?"
            : PacedUpstream.Lasting($"What stands on page {Interlocked.Increment(ref _fresh)} of the book?", longestStream * Random.Shared.NextDouble());
        var program = cluster.Next();
        var began = Stopwatch.GetTimestamp();
        var (id, status, cache, problem, serial) = ((string?)null, 0, (string?)null, (string?)null, (int?)null);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = JsonContent.Create(Body(kind, InstructionsOf(shard, key), question)),
            };
            if (kind == Kind.Repeated)
                request.Headers.Add("x-orleansllm-cache-tags", TagOf(shard));
            if (key is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var hang = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            hang.CancelAfter(s_hang);
            using var response = await program.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, hang.Token);
            // Not there where the server answered for the gateway.
            id = response.Headers.TryGetValues("x-request-id", out var ids) ? ids.Single() : null;
            var body = await response.Content.ReadAsStringAsync(hang.Token);
            status = (int)response.StatusCode;
            cache = response.Headers.TryGetValues("x-orleansllm-cache", out var values) ? values.Single() : null;
            serial = SerialIn(body, question);
            if (!response.IsSuccessStatusCode)
                problem = $"{status} {body}";
            else if (kind == Kind.Streamed && !body.Contains("data: [DONE]\n\n", StringComparison.Ordinal))
                problem = "cut: " + body[^Math.Min(body.Length, 300)..].ReplaceLineEndings(" ");
            else if (serial is null)
                problem = "wrong answer: " + body;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            problem = $"{e.GetBaseException().Message} ({program.Http.BaseAddress}, {question})";
        }

        var seen = new Seen(program, kind, shard, key, began, Stopwatch.GetElapsedTime(began), id, status, cache, serial, problem);
        _seen.Enqueue(seen);
        return seen;
    }

    /// <summary>A request that is longer than any.</summary>
    public static byte[] LongestBody() => JsonSerializer.SerializeToUtf8Bytes(Body(Kind.Streamed, new string('x', 200), PacedUpstream.Lasting("What stands on page 1000000 of the book?", TimeSpan.FromHours(1))));

    /// <summary>Whether a call of the provider was made for the tenant of <paramref name="key"/>.</summary>
    public static bool IsFor(string? key, ProviderCall call) => call.Instructions.EndsWith(OwnerOf(key), StringComparison.Ordinal);

    // A shard for each folder: other instructions are another partition.
    private static string InstructionsOf(int shard, string? key) => $"You keep folder {shard}" + OwnerOf(key);

    private static string OwnerOf(string? key) => $" of the house of {key?.Split('-')[0] ?? "nobody"}.";

    private static object Body(Kind kind, string instructions, string question) => new
    {
        model = "gpt-4o",
        stream = kind == Kind.Streamed,
        max_completion_tokens = PacedUpstream.CompletionTokens,
        messages = new[] { new { role = "system", content = instructions }, new { role = "user", content = question } },
    };

    // The call that made the answer; null where this is no answer to the question.
    private static int? SerialIn(string body, string question)
    {
        var answer = PacedUpstream.AnswerTo(question);
        if (body.IndexOf(answer, StringComparison.Ordinal) is not (>= 0 and var at))
            return null;
        var number = body.AsSpan(at + answer.Length);
        return int.TryParse(number[..number.IndexOf('.')], CultureInfo.InvariantCulture, out var serial) ? serial : null;
    }

    internal enum Kind
    {
        Repeated,
        Plain,
        Streamed,
    }

    /// <summary>One request.</summary>
    /// <param name="Door">Who was asked.</param>
    /// <param name="Kind">What was asked.</param>
    /// <param name="Shard">Its instructions, and so its shard.</param>
    /// <param name="Key">Who asked.</param>
    /// <param name="Began">Timestamp.</param>
    /// <param name="Took">Until its end.</param>
    /// <param name="Id">As the answer's head says it.</param>
    /// <param name="Status">HTTP status; 0 where none came.</param>
    /// <param name="Cache">Where the answer came from.</param>
    /// <param name="Serial">The provider's call that made the answer.</param>
    /// <param name="Problem">What was wrong with it; null where nothing was.</param>
    internal sealed record Seen(GatewayProgram Door, Kind Kind, int Shard, string? Key, long Began, TimeSpan Took, string? Id, int Status, string? Cache, int? Serial, string? Problem)
    {
        public long Ended => Began + (long)(Took.TotalSeconds * Stopwatch.Frequency);
    }
}
