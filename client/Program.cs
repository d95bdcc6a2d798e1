using OrleansLlm.Client.Hosting;

if (await HostStart.TryAsync(() => ApiHost.StartAsync(new ApiHostSettings().WithEnvironment(), CancellationToken.None)) is not { } host)
    return HostStart.WrongConfiguration;

await using (host)
{
    Console.WriteLine($"The OrleansLlm API serves at {string.Join(", ", host.Urls)}");
    await host.WaitForShutdownAsync(CancellationToken.None);
    Console.WriteLine("Draining …");
}

Console.WriteLine("Stopped.");
return 0;
