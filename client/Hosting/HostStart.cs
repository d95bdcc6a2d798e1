using OrleansLlm.Client.Configuration;

namespace OrleansLlm.Client.Hosting;

/// <summary>Starts a host for a person: what is wrong with the settings or the address is said in words, without a stack.</summary>
internal static class HostStart
{
    /// <summary>Exit code of a program whose configuration cannot be used (EX_CONFIG of sysexits.h).</summary>
    public const int WrongConfiguration = 78;

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

        return null;
    }
}
