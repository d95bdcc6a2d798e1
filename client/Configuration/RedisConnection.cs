using StackExchange.Redis;

namespace OrleansLlm.Client.Configuration;

/// <summary>How to reach a Redis.</summary>
internal static class RedisConnection
{
    /// <summary>The configured Redis with its password.</summary>
    /// <exception cref="ConfigurationException">The address cannot be read, or the password named by the options is not there.</exception>
    public static ConfigurationOptions Read(StoreOptions options)
    {
        ConfigurationOptions redis;
        try
        {
            redis = ConfigurationOptions.Parse(options.Redis!);
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException($"OrleansLlm:Store:Redis cannot be read: {e.Message}", e);
        }

        if (options.RedisPasswordVariable is not null || options.RedisPasswordFile is not null)
        {
            redis.Password = Secrets.Read(options.RedisPasswordVariable, options.RedisPasswordFile)
                ?? throw new ConfigurationException(
                    $"OrleansLlm:Store:{(options.RedisPasswordVariable is null ? "RedisPasswordFile" : "RedisPasswordVariable")} names "
                    + $"'{options.RedisPasswordVariable ?? options.RedisPasswordFile}', which is empty or not there.");
        }

        return WithTimeouts(redis, options);
    }

    /// <summary>Waits no longer than the options say, and starts while Redis is still away.</summary>
    public static ConfigurationOptions WithTimeouts(ConfigurationOptions redis, StoreOptions options)
    {
        var milliseconds = (int)options.Timeout.TotalMilliseconds;
        redis.AbortOnConnectFail = false;
        redis.ConnectTimeout = milliseconds;
        redis.AsyncTimeout = milliseconds;
        redis.SyncTimeout = milliseconds;
        redis.ClientName = "orleansllm";
        return redis;
    }
}
