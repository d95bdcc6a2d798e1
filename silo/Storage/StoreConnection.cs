using System.Net;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Silo.Hosting;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>How to reach the store: the configured Redis, or the Garnet server in this process. One code path for both.</summary>
internal sealed class StoreConnection : IDisposable
{
    private StoreConnection(ConfigurationOptions options, EmbeddedGarnet? garnet)
    {
        Options = options;
        Garnet = garnet;
    }

    public ConfigurationOptions Options { get; }

    public EmbeddedGarnet? Garnet { get; }

    /// <summary>For the start banner; holds no password.</summary>
    public string Description => Garnet is null
        ? "Redis at " + string.Join(", ", Options.EndPoints.Select(e => e.ToString()))
        : "embedded Garnet";

    /// <exception cref="ConfigurationException">The password named by the options is not there.</exception>
    public static StoreConnection Open(StoreOptions options, string dataDirectory, ILoggerFactory loggers)
    {
        if (options.Redis is null)
        {
            var garnet = EmbeddedGarnet.Start(DataDirectory.StoreOf(dataDirectory), loggers);
            var local = new ConfigurationOptions { EndPoints = { { IPAddress.Loopback, garnet.Port } }, Password = garnet.Password };
            return new StoreConnection(FailFast(RedisConnection.WithTimeouts(local, options)), garnet);
        }

        return new StoreConnection(FailFast(RedisConnection.Read(options)), null);
    }

    /// <summary>Whether the store answers within the configured timeout, and within <paramref name="longest"/>.</summary>
    public async Task<bool> IsReachableAsync(IConnectionMultiplexer redis, TimeSpan longest)
    {
        var timeout = TimeSpan.FromMilliseconds(Options.AsyncTimeout);
        try
        {
            await redis.GetDatabase().PingAsync().WaitAsync(timeout < longest ? timeout : longest);
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => Garnet?.Dispose();

    // A layer that cannot reach the store is skipped, it does not queue.
    private static ConfigurationOptions FailFast(ConfigurationOptions redis)
    {
        redis.BacklogPolicy = BacklogPolicy.FailFast;
        return redis;
    }
}
