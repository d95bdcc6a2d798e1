using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Bench.Gateway;

/// <summary>
/// The whole gateway over HTTP on this machine, in one process with its load, in front of an upstream that costs nothing. Calls to the
/// upstream itself alternate with calls through the gateway, so that what the machine does meanwhile meets both.
/// </summary>
internal sealed class GatewaySuite : ISuite
{
    private const string PassKey = "bench-pass-through-00000000000000";
    private const string FullKey = "bench-all-layers-000000000000000";
    private const int Warmup = 300;
    private const int Samples = 2000;
    private const int MissSamples = 300;

    private static readonly TimeSpan s_saturation = TimeSpan.FromSeconds(5);

    public string Name => "gateway";

    public string Summary => "Latency added at c=1 and answers a second at c=32 over a mock upstream; hits, misses, streams";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        using var upstream = new MockUpstream();
        var data = Directory.CreateTempSubdirectory("orleansllm-bench-");
        try
        {
            var host = await AllInOneHost.StartAsync(Settings(context, upstream, data.FullName), cancellationToken);
            await using (host)
            {
                var address = host.Urls.First().TrimEnd('/') + "/v1";
                using var direct = new LoadClient(upstream.Endpoint);
                using var pass = new LoadClient(address, PassKey);
                using var full = new LoadClient(address, FullKey);
                await PassThroughAsync(context, direct, pass);
                await StreamAsync(context, direct, pass);
                await HitsAsync(context, full, upstream);
                await MissesAsync(context, direct, full);
            }
        }
        finally
        {
            data.Delete(recursive: true);
        }

        return 0;
    }

    private static HostSettings Settings(SuiteContext context, MockUpstream upstream, string data) => new()
    {
        Urls = "http://127.0.0.1:0",
        DataDirectory = data,
        LogToConsole = false,
        Overrides = new Dictionary<string, string?>
        {
            ["OrleansLlm:Inference:ModelsDirectory"] = context.ModelsDirectory,
            ["OrleansLlm:Providers:mock:Endpoint"] = upstream.Endpoint,
            // Sampled checks of hits are calls of their own.
            ["OrleansLlm:Risk:ShadowShare"] = "0",
            ["OrleansLlm:Tenants:pass:KeyHashes:0"] = Hash(PassKey),
            ["OrleansLlm:Tenants:pass:Cache"] = "Off",
            ["OrleansLlm:Tenants:pass:Routing"] = "Off",
            ["OrleansLlm:Tenants:pass:Compression"] = "Off",
            ["OrleansLlm:Tenants:full:KeyHashes:0"] = Hash(FullKey),
        },
    };

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string Question(int number) =>
        $"Section {number} of the handbook lists the duties of the {Words[number % Words.Length]} officer towards customers of the {Words[number / 7 % Words.Length]} "
        + "desk: which of these duties must be met before an account is opened, which may follow within thirty days, and who signs for them in the end?";

    private static readonly string[] Words = ["retail", "custody", "treasury", "payments", "lending", "brokerage", "savings", "audit", "legal", "tax", "risk"];

    private static double Percentile(List<double> values, double p)
    {
        values.Sort();
        return values[(int)Math.Ceiling(p / 100 * values.Count) - 1];
    }

    private async Task PassThroughAsync(SuiteContext context, LoadClient direct, LoadClient pass)
    {
        var body = LoadClient.Body("Which documents prove the address of a new customer?");
        await AlternateAsync(context, "pass-through", Samples, async () => (await direct.SendAsync(body)).Milliseconds, async () => (await pass.SendAsync(body)).Milliseconds);
        await direct.SaturateAsync(() => body, 32, TimeSpan.FromSeconds(1));
        await pass.SaturateAsync(() => body, 32, TimeSpan.FromSeconds(2));
        var (directRate, directCount) = await direct.SaturateAsync(() => body, 32, s_saturation);
        context.Report(Name, "direct.c32", directRate, "1/s", directCount);
        var (rate, count) = await pass.SaturateAsync(() => body, 32, s_saturation);
        context.Report(Name, "pass-through.c32", rate, "1/s", count);
    }

    private async Task StreamAsync(SuiteContext context, LoadClient direct, LoadClient pass)
    {
        var body = LoadClient.Body("Which documents prove the address of a new customer?", stream: true);
        await AlternateAsync(context, "stream.first-byte", Samples, () => direct.FirstByteAsync(body), () => pass.FirstByteAsync(body));
    }

    private async Task HitsAsync(SuiteContext context, LoadClient full, MockUpstream upstream)
    {
        var asked = LoadClient.Body("How do I reset my online banking password?");
        var reworded = LoadClient.Body("How can I reset my online banking password?");
        await full.SendAsync(asked);
        var before = upstream.Calls;
        await RepeatAsync(context, full, asked, "exact", "exact-hit");
        await RepeatAsync(context, full, reworded, "semantic", "semantic-hit");
        await full.SaturateAsync(() => asked, 32, TimeSpan.FromSeconds(2));
        var (rate, count) = await full.SaturateAsync(() => asked, 32, s_saturation);
        context.Report(Name, "exact-hit.c32", rate, "1/s", count);
        if (upstream.Calls != before)
            throw new InvalidDataException("a hit called the upstream");
    }

    private async Task RepeatAsync(SuiteContext context, LoadClient client, byte[] body, string expected, string metric)
    {
        var times = new List<double>(Samples);
        for (var i = 0; i < Warmup + Samples; i++)
        {
            var (milliseconds, cache) = await client.SendAsync(body);
            if (cache != expected)
                throw new InvalidDataException($"the cache said '{cache}', not '{expected}'");
            if (i >= Warmup)
                times.Add(milliseconds);
        }

        context.Report(Name, metric + ".p50", Percentile(times, 50), "ms", Samples);
        context.Report(Name, metric + ".p99", Percentile(times, 99), "ms", Samples);
    }

    private async Task MissesAsync(SuiteContext context, LoadClient direct, LoadClient full)
    {
        var number = 0;
        var body = Array.Empty<byte>();
        await AlternateAsync(
            context,
            "miss",
            MissSamples,
            async () =>
            {
                body = LoadClient.Body(Question(number++));
                return (await direct.SendAsync(body)).Milliseconds;
            },
            async () =>
            {
                var (milliseconds, cache) = await full.SendAsync(body);
                return cache == "miss" ? milliseconds : throw new InvalidDataException($"the cache said '{cache}', not 'miss'");
            });
    }

    private async Task AlternateAsync(SuiteContext context, string metric, int samples, Func<Task<double>> direct, Func<Task<double>> through)
    {
        var (without, with) = (new List<double>(samples), new List<double>(samples));
        for (var i = 0; i < Math.Min(Warmup, samples) + samples; i++)
        {
            var (a, b) = (await direct(), await through());
            if (i < Math.Min(Warmup, samples))
                continue;
            without.Add(a);
            with.Add(b);
        }

        foreach (var p in new[] { 50, 99 })
        {
            context.Report(Name, $"{metric}.direct.p{p}", Percentile(without, p), "ms", samples);
            context.Report(Name, $"{metric}.added.p{p}", Percentile(with, p) - Percentile(without, p), "ms", samples);
        }
    }
}
