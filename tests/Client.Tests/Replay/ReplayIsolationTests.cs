using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using OrleansLlm.Silo.Hosting;
using OrleansLlm.Silo.Replay;

namespace OrleansLlm.Client.Tests.Replay;

public sealed class ReplayIsolationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-isolation-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Run_BySettingsOfARunningGateway_TouchesNothingOfIt()
    {
        using var silo = new TcpListener(IPAddress.Loopback, 0);
        silo.Start();
        var journal = _folder.CreateSubdirectory("journal");
        var (postgres, settings, log) = (Path.Combine(_folder.FullName, "postgres"), Path.Combine(_folder.FullName, "orleansllm.json"), Path.Combine(_folder.FullName, "log.jsonl"));
        using var database = new TcpListener(IPAddress.Loopback, 0);
        database.Start();
        await File.WriteAllTextAsync(postgres, $"Host=127.0.0.1;Port={((IPEndPoint)database.LocalEndpoint).Port};Username=u;Database=d", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(settings, JsonSerializer.SerializeToUtf8Bytes(new
        {
            OrleansLlm = new
            {
                Cluster = new { SiloPort = ((IPEndPoint)silo.LocalEndpoint).Port },
                Ledger = new { JournalDirectory = journal.FullName, PostgresFile = postgres },
            },
        }), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(log, """{"model":"gpt-4o","messages":[{"role":"user","content":"Who pays for lunch?"}],"response":"The firm."}""", TestContext.Current.CancellationToken);

        var run = await ReplayRunner.RunAsync(log, new HostSettings { ConfigurationFile = settings }, routeExplicit: true, static (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Single(run.Entries);
        Assert.Empty(journal.GetFileSystemInfos());
        Assert.False(database.Pending());
    }

    [Fact]
    public async Task Run_TenantWithoutAKeyAndSampledChecks_IsTheLogsBillAlone()
    {
        var (settings, log) = (Path.Combine(_folder.FullName, "orleansllm.json"), Path.Combine(_folder.FullName, "log.jsonl"));
        // As 'serve' takes it: one tenant needs no key.
        await File.WriteAllTextAsync(
            settings, """{"OrleansLlm":{"Tenants":{"default":{"Budgets":{"Day":5}}},"Routing":{"ShadowShare":1}}}""", TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(
            log,
            Enumerable.Range(0, 20).Select(static i => $$"""{"model":"gpt-4o","messages":[{"role":"user","content":"What is the capital of country number {{i}}?"}],"response":"A city."}"""),
            TestContext.Current.CancellationToken);

        var run = await ReplayRunner.RunAsync(log, new HostSettings { ConfigurationFile = settings }, routeExplicit: true, static (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal(20, run.Entries.Count);
    }
}
