using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Cluster.Tests.Commands;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Hosting;

/// <summary>
/// The program's start where it cannot be: it says in a few lines what is wrong and what to do. One start of each kind of failure is a process; what is
/// refused in the same way is asked of the host in this one.
/// </summary>
public sealed class HostStartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-start-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Start_WrongFile_SaysWhatAndNoMore()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "broken.json"), "{ \"OrleansLlm\": ", TestContext.Current.CancellationToken);
        await SaysAsync("broken.json cannot be read", ("ORLEANSLLM_CONFIG", "broken.json"), ("ORLEANSLLM_URLS", "http://127.0.0.1:" + Port()));
    }

    [Theory]
    [InlineData("ORLEANSLLM_URLS", "8080", "'8080' is no address to listen on")]
    [InlineData("ORLEANSLLM_URLS", "http://127.0.0.1:99999", "'http://127.0.0.1:99999' is no address to listen on")]
    [InlineData("ORLEANSLLM_DATA", "/proc/nowhere", "ORLEANSLLM_DATA")]
    [InlineData("OrleansLlm:Providers:openai:ApiKeyVariable", "NO_SUCH_VARIABLE", "OrleansLlm:Providers:openai:ApiKeyVariable names 'NO_SUCH_VARIABLE'")]
    [InlineData("OrleansLlm:Providers:openai:ApiKeyFile", "/proc/self/mem", "OrleansLlm:Providers:openai:ApiKeyFile names '/proc/self/mem'")]
    [InlineData("ORLEANSLLM_URLS", ";", "ORLEANSLLM_URLS names no address")]
    [InlineData("Kestrel:Certificates:Default:Path", "/nowhere/tls.pem", "Kestrel:Certificates:Default:Path names '/nowhere/tls.pem'")]
    [InlineData("Kestrel:Certificates:Default:Path", "/etc/passwd", "Kestrel:Certificates:Default:Path names '/etc/passwd'")]
    public Task Start_WrongSetting_NamesIt(string name, string value, string told) => IsRefusedAsync(told, name, value);

    [Theory]
    [InlineData("ORLEANSLLM_URLS", "http://127.0.0.1:{0}", "is taken. Stop what listens there")]
    [InlineData("OrleansLlm:Cluster:SiloPort", "{0}", "OrleansLlm:Cluster:SiloPort {0} is taken")]
    public async Task Start_PortTaken_NamesIt(string name, string value, string told)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await IsRefusedAsync(string.Format(CultureInfo.InvariantCulture, told, port), name, string.Format(CultureInfo.InvariantCulture, value, port));
    }

    [Fact]
    public async Task Start_HttpsWithoutACertificate_SaysWhereToNameOne() =>
        await SaysAsync("Kestrel__Certificates__Default__Path", ("ORLEANSLLM_URLS", "https://127.0.0.1:" + LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)), ("HOME", _folder.FullName));

    [Fact]
    public async Task Start_StoreAway_SaysSo() => await SaysAsync("The store cannot be reached", ("OrleansLlm__Store__Redis", "127.0.0.1:1"), ("OrleansLlm__Cluster__SiloPort", Port()), ("OrleansLlm__Cluster__GatewayPort", Port()));

    private static string Port() => LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);

    private async Task IsRefusedAsync(string told, string name, string value)
    {
        var settings = new HostSettings
        {
            Urls = name == "ORLEANSLLM_URLS" ? value : "http://127.0.0.1:" + Port(),
            DataDirectory = name == "ORLEANSLLM_DATA" ? value : Path.Combine(_folder.FullName, "data"),
            Overrides = new Dictionary<string, string?> { [name] = value },
            LogToConsole = false,
        };
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => AllInOneHost.StartAsync(settings, TestContext.Current.CancellationToken));
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
    }

    private async Task SaysAsync(string told, params (string Name, string Value)[] environment)
    {
        var run = await CommandRun.OfAsync(
            _folder.FullName, [("ORLEANSLLM_URLS", "http://127.0.0.1:" + Port()), ("ORLEANSLLM_DATA", Path.Combine(_folder.FullName, "data")), .. environment], []);
        Assert.True(run.ExitCode == 78, run.Output + run.Errors);
        Assert.Contains(told, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("\n   at ", run.Errors, StringComparison.Ordinal);
        // The log writes a stack on one line.
        Assert.DoesNotContain("   at Orleans", run.Output + run.Errors, StringComparison.Ordinal);
    }
}
