using System.Diagnostics;
using OrleansLlm.Bench.Load;
using OrleansLlm.Bench.Processes;

namespace OrleansLlm.Bench.Gateway;

/// <summary>Streams with the layers off: how much later a token is there, and many streams at once, held to the byte.</summary>
internal sealed class StreamSuite : ISuite
{
    private const int Count = 5;
    private const int FirstTokens = 500;
    private const int Samples = 20;
    private const int Tokens = 50;
    private const int CostTokens = 500;
    private const int Streams = 256;
    private const int StreamTokens = 500;

    public string Name => "stream";

    public string Summary => "Streams: first token and gaps added, cost per token, 256 streams of 500 tokens at 50 a second held to the byte";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var bed = await GatewayBed.StartAsync(context, cancellationToken);
        var body = WireRequest.Body("Which documents prove the address of a new customer?", stream: true);
        var (direct, pass) = (bed.Direct(body), bed.PassThrough(body));
        LoadLoops.Closed(() => direct, 4, TimeSpan.FromSeconds(1));
        LoadLoops.Closed(() => pass, 4, TimeSpan.FromSeconds(4));

        var rounds = new Rounds();
        for (var round = 0; round < Count; round++)
        {
            // A timer's own millisecond would drown the first token's.
            await bed.Upstream.StreamAsync(Tokens, 0);
            var (directFirst, _) = Measure(direct, FirstTokens);
            var (first, _) = Measure(pass, FirstTokens);
            await bed.Upstream.StreamAsync(Tokens, 10);
            var (_, directToken) = Measure(direct, Samples);
            var (_, token) = Measure(pass, Samples);
            foreach (var p in new[] { 50, 99 })
            {
                rounds.Add($"first-token.added.p{p}", first.Milliseconds(p) - directFirst.Milliseconds(p), "ms", first.Count);
                rounds.Add($"token.added.p{p}", token.Milliseconds(p) - directToken.Milliseconds(p), "ms", token.Count);
            }
        }

        rounds.Report(context, Name);
        await using (var counting = await GatewayBed.StartAsync(context, cancellationToken, GatewayBed.FineCounting))
            await CostAsync(context, bed, counting, body);
        await CrowdAsync(context, bed, pass);
        return 0;
    }

    // Time from sending to the first token's arrival, and from the writing of each token to its arrival.
    private static (Latencies First, Latencies Token) Measure(WireRequest request, int streams)
    {
        var (first, token) = (new Latencies(), new Latencies());
        using var connection = new WireConnection(request.Address);
        for (var i = 0; i < streams; i++)
        {
            var check = new StreamCheck(token);
            var started = Stopwatch.GetTimestamp();
            var answer = connection.Send(request, check.Take);
            check.End(Tokens);
            first.Record(started, answer.FirstByteAt);
        }

        return (first, token);
    }

    private async Task CostAsync(SuiteContext context, GatewayBed running, GatewayBed counting, byte[] body)
    {
        var costs = new List<(double Bytes, double Cpu)>();
        foreach (var tokens in new[] { 0, CostTokens })
        {
            // One chunk a read, as a model's tokens come.
            await running.Upstream.StreamAsync(tokens, 1);
            await counting.Upstream.StreamAsync(tokens, 1);
            costs.Add(((await counting.CostAsync(_ => counting.PassThrough(body), 12)).AllocatedBytes, (await running.CostAsync(_ => running.PassThrough(body), 3)).CpuMilliseconds));
        }

        context.Report(Name, "token.allocated", (costs[1].Bytes - costs[0].Bytes) / CostTokens, "B", 12 * CostTokens);
        context.Report(Name, "token.cpu", (costs[1].Cpu - costs[0].Cpu) * 1000 / CostTokens, "µs", 3 * CostTokens);
    }

    private async Task CrowdAsync(SuiteContext context, GatewayBed bed, WireRequest pass)
    {
        await bed.Upstream.StreamAsync(StreamTokens, 20);
        var (late, broken) = (new Latencies(), 0);
        var idle = ProcessUse.IdleSince();
        LoadLoops.RunThreads(Streams, _ =>
        {
            var check = new StreamCheck(late);
            try
            {
                using var connection = new WireConnection(pass.Address);
                connection.Send(pass, check.Take);
                check.End(StreamTokens);
            }
            catch (InvalidDataException)
            {
                Interlocked.Increment(ref broken);
            }
        });
        context.Report(Name, "crowd.broken", broken, "streams", Streams);
        context.Report(Name, "crowd.idle", idle() * 100, "%", 1);
        context.Report(Name, "crowd.token.p50", late.Milliseconds(50), "ms", late.Count);
        context.Report(Name, "crowd.token.p99", late.Milliseconds(99), "ms", late.Count);
    }
}
