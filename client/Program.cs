using Orleans.Runtime;
using OrleansLlm.Client.Hosting;

try
{
    if (await HostStart.TryAsync(() => ApiHost.StartAsync(new ApiHostSettings().WithEnvironment(), CancellationToken.None)) is not { } host)
        return HostStart.WrongConfiguration;

    await using (host)
    {
        await ProgramLine.SayAsync($"The OrleansLlm API serves at {string.Join(", ", host.Urls)}");
        await host.WaitForShutdownAsync(CancellationToken.None);
        await ProgramLine.SayAsync("Draining …");
    }

    await ProgramLine.SayAsync("Stopped.");
    return 0;
}
// While it waited for its first silo, which ends for no other reason.
catch (Exception e) when (HostStart.IsInterruption(e) || e is SiloUnavailableException)
{
    await Console.Error.WriteLineAsync("Interrupted.");
    return HostStart.Interrupted;
}
