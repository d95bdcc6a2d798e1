using OrleansLlm.Client.Configuration;
using StackExchange.Redis;

namespace OrleansLlm.Client.Hosting;

/// <summary>Starts a host for a person: what is wrong with the settings or the address is said in words, without a stack.</summary>
internal static class HostStart
{
    /// <summary>Exit code of a program whose configuration cannot be used (EX_CONFIG of sysexits.h).</summary>
    public const int WrongConfiguration = 78;

    /// <summary>Exit code of a program that was told to end before it was done, as shells say of Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>Whether a start ended with <paramref name="e"/> because the process was told to end.</summary>
    public static bool IsInterruption(Exception e) => e is OperationCanceledException or OrleansLifecycleCanceledException;

    /// <summary>What <paramref name="start"/> starts, or null after it was said why not.</summary>
    public static async Task<T?> TryAsync<T>(Func<Task<T>> start)
        where T : class
    {
        try
        {
            return await start();
        }
        catch (ConfigurationException e)
        {
            await Console.Error.WriteLineAsync("The configuration cannot be used:" + Environment.NewLine + e.Message);
        }
        catch (IOException e) when (e.Message.Contains("address already in use", StringComparison.OrdinalIgnoreCase))
        {
            await Console.Error.WriteLineAsync($"{e.Message} Set ORLEANSLLM_URLS to another address.");
        }
        catch (InvalidOperationException e) when (e.Message.Contains("HTTPS endpoint", StringComparison.Ordinal))
        {
            await Console.Error.WriteLineAsync("An https address needs a certificate: name it in Kestrel__Certificates__Default__Path and Kestrel__Certificates__Default__KeyPath (PEM), or listen on http.");
        }
        catch (Exception e) when (StoreFailureOf(e) is { } failure)
        {
            await Console.Error.WriteLineAsync($"The store cannot be reached ({failure}). Start it, or correct OrleansLlm:Store; 'orleansllm doctor' says what stands in the way.");
        }

        return null;
    }

    /// <summary>Why the store was not reached, or null where it was something else.</summary>
    public static string? StoreFailureOf(Exception e) => e switch
    {
        // What could not be sent says less than why there is no connection, which stands within.
        RedisConnectionException => (e.InnerException as RedisConnectionException ?? (RedisConnectionException)e).FailureType.ToString(),
        RedisTimeoutException => "Timeout",
        _ => null,
    };
}
