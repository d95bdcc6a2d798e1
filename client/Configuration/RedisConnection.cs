using System.Net.Security;
using OrleansLlm.Client.Hosting.Tls;
using StackExchange.Redis;

namespace OrleansLlm.Client.Configuration;

/// <summary>How to reach a Redis.</summary>
internal static class RedisConnection
{
    private const int DefaultPort = 6379;
    private const string Section = "OrleansLlm:Store:";

    /// <summary>The configured Redis with its password and certificates.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; the message names every mistake.</exception>
    public static ConfigurationOptions Read(StoreOptions options)
    {
        var problems = new List<string>();
        var redis = Read(options, problems);
        ConfigurationException.ThrowIfAny(problems);
        return redis!;
    }

    /// <summary>The configured Redis; null after the address could not be read. What is wrong is added to <paramref name="problems"/>.</summary>
    public static ConfigurationOptions? Read(StoreOptions options, ICollection<string> problems)
    {
        ConfigurationOptions redis;
        try
        {
            redis = Parse(options.Redis!);
        }
        catch (ArgumentException e)
        {
            problems.Add($"{Section}Redis cannot be read: {e.Message}");
            return null;
        }

        if (options.RedisPasswordVariable is not null || options.RedisPasswordFile is not null)
        {
            var (setting, source) = options.RedisPasswordVariable is { } variable
                ? (nameof(options.RedisPasswordVariable), variable)
                : (nameof(options.RedisPasswordFile), options.RedisPasswordFile!);
            redis.Password = Secrets.Read(options.RedisPasswordVariable, options.RedisPasswordFile);
            if (redis.Password is null)
                problems.Add($"{Section}{setting} names '{source}', which is empty, not there or not to be read by this user.");
        }

        if (options.RedisUserFile is { } userFile)
        {
            redis.User = Secrets.TextOf(userFile)?.Trim();
            if (string.IsNullOrEmpty(redis.User))
                problems.Add($"{Section}{nameof(options.RedisUserFile)} names '{userFile}', which is empty, not there or not to be read by this user.");
        }

        AddTls(redis, options, problems);
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

    private static ConfigurationOptions Parse(string redis)
    {
        if (!Uri.TryCreate(redis, UriKind.Absolute, out var address) || address.Scheme is not ("redis" or "rediss"))
            return WithoutPassword(ConfigurationOptions.Parse(redis));
        if (address.UserInfo.Length > 0)
            throw new ArgumentException("user and password belong into files or variables that settings name, not into the address.");
        // Another number would go unread, and the gateway write into another's database.
        if (address.PathAndQuery is not ("" or "/" or "/0"))
            throw new ArgumentException("an address ends with its port; name a database as in HOST:PORT,defaultDatabase=3 (by TLS HOST:PORT,ssl=true,defaultDatabase=3).");
        return new ConfigurationOptions { EndPoints = { { address.Host, address.Port > 0 ? address.Port : DefaultPort } }, Ssl = address.Scheme == "rediss" };
    }

    // What stands in the setting is shown by the start and by doctor.
    private static ConfigurationOptions WithoutPassword(ConfigurationOptions redis) =>
        redis.Password is null ? redis : throw new ArgumentException("a password belongs into the file or variable that RedisPasswordFile or RedisPasswordVariable names.");

    private static void AddTls(ConfigurationOptions redis, StoreOptions options, ICollection<string> problems)
    {
        var trust = TlsFiles.ReadTrust(options.RedisCaFile, Section + nameof(options.RedisCaFile), TimeProvider.System, problems);
        var certificate = TlsFiles.ReadCertificate(
            options.RedisCertificateFile,
            options.RedisKeyFile,
            Section + nameof(options.RedisCertificateFile),
            Section + nameof(options.RedisKeyFile),
            TimeProvider.System,
            problems);
        redis.Ssl |= trust is not null || certificate is not null;
        if (trust is not null)
            redis.CertificateValidation += (_, server, sent, errors) => trust.Current.ServerRefusal(server, sent, errors) is null;
        if (certificate is not null)
            redis.SslClientAuthenticationOptions = host => new SslClientAuthenticationOptions { TargetHost = host, ClientCertificateContext = certificate.Current.Sent };
    }
}
