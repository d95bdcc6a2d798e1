using System.CommandLine;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Inference;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>serve</c>, the default: runs until Ctrl-C.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Serve the gateway (the default)") { CommandOutput.Json };
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (await HostStart.TryAsync(() => AllInOneHost.StartAsync(HostSettings.FromEnvironment(), cancellationToken)) is not { } host)
            return ExitCode.WrongConfiguration;

        await using (host)
        {
            LetGoOfStart();
            await SayBannerAsync(host);
            await host.WaitForShutdownAsync(cancellationToken);
            await ProgramLine.SayAsync("Draining …");
        }

        await ProgramLine.SayAsync("Stopped.");
        return ExitCode.Success;
    }

    // Here and not in the host: only who has the process to itself may stop all of it.
    private static void LetGoOfStart()
    {
        // What only the start needed, token tables as text and JSON of configuration among it, would else stay for as long as little is asked.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Likewise what the models' files were read into.
        NativeHeap.Trim();
    }

    private static Task SayBannerAsync(AllInOneHost host)
    {
        var url = host.Urls.First();
        var providers = host.Services.GetRequiredService<IUpstreamCatalog>().Description;
        var models = host.Services.GetRequiredService<InferenceEngine>().Models;
        var document = new { url, providers, store = host.StoreDescription, models = models.Select(static m => new { m.Name, m.Loaded, m.Problem }) };
        var banner = $"""
            OrleansLlm serves at {url}
              provider   {providers}
              store      {host.StoreDescription}
              models     {string.Join(", ", models.Select(static m => m.Loaded ? m.Name : m.Name + " (off: " + m.Problem + ")"))}
              look at    {url}   {url}/orleans   {url}/admin/v1/savings   {url}/metrics   {url}/health/ready

            Try it:
              curl -i {url}/v1/chat/completions -H 'content-type: application/json' \
                -d '{"{"}"model":"auto","messages":[{"{"}"role":"user","content":"What is the capital of France?"{"}"}]{"}"}'

            Ctrl-C stops.
            """;
        return ProgramLine.SayAsync(() => CommandOutput.Write(document, _ => Console.WriteLine(banner)));
    }
}
