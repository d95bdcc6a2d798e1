using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansLlm.Cluster.Tests.Commands;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Hosting;

/// <summary>The program's start where it cannot be: it says in a few lines what is wrong and what to do.</summary>
public sealed class HostStartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-start-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("ORLEANSLLM_URLS", "8080", "'8080' is no address to listen on")]
    [InlineData("ORLEANSLLM_URLS", "http://127.0.0.1:99999", "'http://127.0.0.1:99999' is no address to listen on")]
    [InlineData("ORLEANSLLM_DATA", "/proc/nowhere", "ORLEANSLLM_DATA")]
    [InlineData("ORLEANSLLM_CONFIG", "broken.json", "broken.json cannot be read")]
    [InlineData("OrleansLlm__Providers__openai__ApiKeyVariable", "NO_SUCH_VARIABLE", "OrleansLlm:Providers:openai:ApiKeyVariable names 'NO_SUCH_VARIABLE'")]
    [InlineData("OrleansLlm__Providers__openai__ApiKeyFile", "/proc/self/mem", "OrleansLlm:Providers:openai:ApiKeyFile names '/proc/self/mem'")]
    [InlineData("ORLEANSLLM_URLS", ";", "ORLEANSLLM_URLS names no address")]
    public async Task Start_WrongSetting_SaysWhatAndNoMore(string variable, string value, string told)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "broken.json"), "{ \"OrleansLlm\": ", TestContext.Current.CancellationToken);
        await SaysAsync(told, (variable, value));
    }

    [Theory]
    [InlineData("ORLEANSLLM_URLS", "http://127.0.0.1:{0}", "is taken. Stop what listens there")]
    [InlineData("OrleansLlm__Cluster__SiloPort", "{0}", "OrleansLlm:Cluster:SiloPort {0} is taken")]
    public async Task Start_PortTaken_NamesIt(string variable, string value, string told)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await SaysAsync(string.Format(CultureInfo.InvariantCulture, told, port), (variable, string.Format(CultureInfo.InvariantCulture, value, port)));
    }

    [Fact]
    public async Task Start_HttpsWithoutACertificate_SaysWhereToNameOne() =>
        await SaysAsync("Kestrel__Certificates__Default__Path", ("ORLEANSLLM_URLS", "https://127.0.0.1:" + LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)), ("HOME", _folder.FullName));

    [Fact]
    public async Task Start_StoreAway_SaysSo() => await SaysAsync("The store cannot be reached", ("OrleansLlm__Store__Redis", "127.0.0.1:1"), ("OrleansLlm__Cluster__SiloPort", Port()), ("OrleansLlm__Cluster__GatewayPort", Port()));

    private static string Port() => LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);

    private async Task SaysAsync(string told, params (string Name, string Value)[] environment)
    {
        var run = await CommandRun.OfAsync(
            _folder.FullName, [("ORLEANSLLM_URLS", "http://127.0.0.1:" + Port()), ("ORLEANSLLM_DATA", Path.Combine(_folder.FullName, "data")), .. environment], []);
        Assert.True(run.ExitCode == 78, run.Output + run.Errors);
        Assert.Contains(told, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("\n   at ", run.Errors, StringComparison.Ordinal);
    }
}
