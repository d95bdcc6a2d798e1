using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting;

ApiHost host;
try
{
    host = await ApiHost.StartAsync(new ApiHostSettings().WithEnvironment(), CancellationToken.None);
}
catch (ConfigurationException e)
{
    await Console.Error.WriteLineAsync("The configuration cannot be used:" + Environment.NewLine + e.Message);
    return 78;
}
catch (IOException e) when (e.Message.Contains("address already in use", StringComparison.OrdinalIgnoreCase))
{
    await Console.Error.WriteLineAsync($"{e.Message} Set ORLEANSLLM_URLS to another address.");
    return 78;
}

await using (host)
{
    Console.WriteLine($"The OrleansLlm API serves at {string.Join(", ", host.Urls)}");
    await host.WaitForShutdownAsync(CancellationToken.None);
    Console.WriteLine("Draining …");
}

Console.WriteLine("Stopped.");
return 0;
