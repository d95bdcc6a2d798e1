using System.Globalization;
using System.Net;
using OrleansLlm.Client.Configuration;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Whether the store answers, can be written, keeps what is written, and agrees about the time.</summary>
internal sealed class StoreCheck : ICheck
{
    private const double Nearly = 0.8;

    private static readonly Version OldestRedis = new(6, 0);

    public string Name => "store";

    public async Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        var options = setUp.Options<StoreOptions>();
        if (options.Redis is null)
            return [new Finding(Name, Severity.Ok, "embedded Garnet; one process, no cluster")];
        var redis = RedisConnection.Read(options);
        redis.AbortOnConnectFail = true;
        redis.AllowAdmin = true;
        ConnectionMultiplexer connection;
        try
        {
            connection = await ConnectionMultiplexer.ConnectAsync(redis);
        }
        catch (RedisConnectionException e)
        {
            return [await RedisTlsFault.FindAsync(redis, options, cancellationToken) is { } tls
                ? new Finding(Name, Severity.Fault, $"Redis at {options.Redis} {tls.Text}", tls.Fix)
                : Refused(options.Redis, e)];
        }

        await using (connection)
        {
            var findings = new List<Finding>();
            foreach (var endpoint in connection.GetEndPoints())
                await ExamineAsync(connection.GetServer(endpoint), setUp.Time, findings);
            return findings;
        }
    }

    private Finding Refused(string address, RedisConnectionException e)
    {
        var said = e.ToString();
        if (said.Contains("NOAUTH", StringComparison.Ordinal) || said.Contains("WRONGPASS", StringComparison.Ordinal) || e.FailureType == ConnectionFailureType.AuthenticationFailure)
            return new Finding(Name, Severity.Fault, $"Redis at {address} refuses the password", "Set OrleansLlm:Store:RedisPasswordVariable or RedisPasswordFile to where its password is.");
        return new Finding(Name, Severity.Fault, $"Redis at {address} cannot be reached ({e.FailureType})", "Start it, or correct OrleansLlm:Store:Redis (HOST:PORT, by TLS rediss://HOST:PORT).");
    }

    private async Task ExamineAsync(IServer server, TimeProvider time, List<Finding> findings)
    {
        var name = "Redis at " + Format(server.EndPoint);
        var latency = await server.PingAsync();
        findings.Add(new Finding(Name, Severity.Ok, string.Create(CultureInfo.InvariantCulture, $"{name} {server.Version} answers in {latency.TotalMilliseconds:0.0} ms")));
        if (server.Version < OldestRedis)
            findings.Add(new Finding(Name, Severity.Warning, $"{name} is older than {OldestRedis}", "Upgrade it."));
        if (server.IsReplica)
            findings.Add(new Finding(Name, Severity.Fault, $"{name} is a replica and cannot be written", "Name the primary in OrleansLlm:Store:Redis."));
        findings.Add(ClockSkew.Compare(time.GetUtcNow(), new DateTimeOffset(await server.TimeAsync(), TimeSpan.Zero), name));
        if (await FillOfAsync(server) is { } fill and >= Nearly)
        {
            findings.Add(new Finding(
                Name, Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"{name} is {100 * fill:0}% full: once it is, it takes no more of ledger, budgets and keys"),
                "Raise its maxmemory, or lower OrleansLlm:Cache:TenantBytes or OrleansLlm:Ledger:EntryRetention."));
        }

        var settings = await ConfigurationOfAsync(server);
        if (settings.TryGetValue("maxmemory-policy", out var policy) && policy != "noeviction" && settings.GetValueOrDefault("maxmemory") is not (null or "0"))
            findings.Add(new Finding(Name, Severity.Fault, $"{name} evicts keys when it is full ({policy}): ledger and budgets could vanish", "Set maxmemory-policy noeviction."));
        if (settings.TryGetValue("appendonly", out var appendOnly) && appendOnly == "no")
            findings.Add(new Finding(Name, Severity.Warning, $"{name} keeps no append-only file: a restart loses what was written since its last snapshot, ledger included", "Set appendonly yes."));
    }

    // Part of its bound that is in use; null where it has none or does not tell.
    private static async Task<double?> FillOfAsync(IServer server)
    {
        try
        {
            var memory = (await server.InfoAsync("memory")).SelectMany(static g => g).ToDictionary(static f => f.Key, static f => f.Value, StringComparer.Ordinal);
            return Bytes("maxmemory") is > 0 and var most && Bytes("used_memory") is { } used ? (double)used / most : null;

            long? Bytes(string field) => memory.TryGetValue(field, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
        }
        catch (RedisException)
        {
            return null;
        }
    }

    // Hosted services forbid CONFIG: what cannot be read is not judged.
    private static async Task<Dictionary<string, string>> ConfigurationOfAsync(IServer server)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var pattern in new[] { "maxmemory", "maxmemory-policy", "appendonly" })
            {
                foreach (var (key, value) in await server.ConfigGetAsync(pattern))
                    settings[key] = value;
            }
        }
        catch (RedisException)
        {
            settings.Clear();
        }

        return settings;
    }

    private static string Format(EndPoint endpoint) => endpoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port.ToString(CultureInfo.InvariantCulture)}" : endpoint.ToString()!;
}
