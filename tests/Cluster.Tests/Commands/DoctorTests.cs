using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Cluster.Tests.Storage;
using OrleansLlm.Cluster.Tests.Upstream;
using OrleansLlm.Silo.Diagnosis;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Commands;

/// <summary>
/// <c>doctor</c> against set-ups that are broken one way each: as an operator runs it where its code, its output or a variable matters, the others in this
/// process, since most of a run is its start.
/// </summary>
public sealed class DoctorTests : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-doctor-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Doctor_SoundSetUp_FindsNoFault()
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, """{"object":"list","data":[]}"""));
        var (run, findings) = await ExamineAsync(("OrleansLlm__Providers__openai__Endpoint", provider.Url + "/v1"));
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.All(findings, f => Assert.Equal(Severity.Ok, f.Severity));
        Assert.Equal(["clock", "machine", "models", "ports", "providers", "routing", "settings", "store"], findings.Select(f => f.Check).Distinct().Order());
    }

    [Theory]
    [InlineData("settings", "Provders", "OrleansLlm__Provders__openai__Kind", "OpenAI")]
    [InlineData("settings", "OrleansLlm:Routing:Threshold", "OrleansLlm__Routing__Threshold", "1.5")]
    [InlineData("settings", "NO_SUCH_VARIABLE", "OrleansLlm__Providers__openai__ApiKeyVariable", "NO_SUCH_VARIABLE")]
    [InlineData("settings", "reachable from other machines", "ORLEANSLLM_URLS", "http://0.0.0.0:0")]
    [InlineData("settings", "Kestrel:Certificates:Default:Path", "Kestrel__Certificates__Default__Path", "/nowhere/tls.pem")]
    [InlineData("models", "no-such-folder", "OrleansLlm__Inference__ModelsDirectory", "no-such-folder")]
    [InlineData("machine", "cannot be written", "ORLEANSLLM_DATA", "/proc/nowhere")]
    [InlineData("store", "cannot be reached", "OrleansLlm__Store__Redis", "127.0.0.1:1")]
    [InlineData("providers", "nobody listens there", "OrleansLlm__Providers__openai__Endpoint", "http://127.0.0.1:1/v1")]
    [InlineData("routing", "gpt-4o-mini", "OrleansLlm__Providers__openai__Models__0", "gpt-4o")]
    public async Task Doctor_OneWrongSetting_NamesIt(string check, string told, string variable, string value)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, """{"object":"list","data":[]}"""));
        var findings = await FindAsync(("OrleansLlm__Providers__openai__Endpoint", provider.Url + "/v1"), (variable, value));
        AssertNames(findings, check, told);
    }

    [Fact]
    public async Task Doctor_TenantsTierThatNobodyServes_NamesTierAndTenant()
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, """{"object":"list","data":[]}"""));
        var findings = await FindAsync(
            ("OrleansLlm__Providers__openai__Endpoint", provider.Url + "/v1"),
            ("OrleansLlm__Providers__openai__Models__0", "gpt-4o"),
            ("OrleansLlm__Providers__openai__Models__1", "GPT-4o-mini"),
            ("OrleansLlm__Tenants__acme__KeyHashes__0", new string('a', 64)),
            ("OrleansLlm__Routing__Tenants__acme__Tiers__0__Model", "gpt-4o-mini"),
            ("OrleansLlm__Routing__Tenants__acme__Tiers__1__Model", "gpt-5"));
        AssertNames(findings, "routing", "no provider serves the tier gpt-5 of the tenant acme");
        Assert.Contains("OrleansLlm:Routing:Tenants:acme:Tiers", findings.Single(f => f.Severity == Severity.Fault).Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_PortTaken_NamesTheAddress()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = "http://127.0.0.1:" + ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var findings = await FindAsync(("ORLEANSLLM_URLS", url));
        AssertNames(findings, "ports", url);
    }

    [Fact]
    public async Task Doctor_GatewayOfThisSetUpRuns_SaysSoAndFindsNoFault()
    {
        await using var running = await FakeProvider.StartAsync(FakeProvider.Reply(200, """{"object":"orleansllm.health","status":"live"}"""));
        var silo = new Uri(running.Url).Port.ToString(CultureInfo.InvariantCulture);
        var (run, findings) = await ExamineAsync(
            ("ORLEANSLLM_URLS", running.Url), ("OrleansLlm__Cluster__SiloPort", silo), ("OrleansLlm__Budgets__WebhookUrl", "http://hooks.example/budget"),
            ("OrleansLlm__Budgets__WebhookAllowHttp", "true"), ("HOOK_SECRET", "a-secret-of-the-hook"), ("OrleansLlm__Budgets__WebhookSecretVariable", "HOOK_SECRET"));
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Equal(
            [$"a gateway is running at {running.Url}", $"OrleansLlm:Cluster:SiloPort {silo} is taken, by the gateway that is running"],
            findings.Where(static f => f.Check == "ports").Select(static f => f.Text));
        var alerts = Assert.Single(findings, static f => f.Check == "alerts");
        Assert.Equal(Severity.Warning, alerts.Severity);
        Assert.Contains("plain http", alerts.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_ModelFileChanged_NamesTheModel()
    {
        var models = Directory.CreateDirectory(Path.Combine(_folder.FullName, "models"));
        Copy(new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "models")), models);
        await File.AppendAllTextAsync(Path.Combine(models.FullName, "router", "model.onnx"), "x", TestContext.Current.CancellationToken);
        var findings = await FindAsync(("OrleansLlm__Inference__ModelsDirectory", models.FullName));
        AssertNames(findings, "models", "router");
    }

    /// <summary>What nothing needs may be missing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Doctor_ClassifierOfCostlyQuestionsIsMissing_IsAFaultWhereAnyAreKeptUp(bool keptUp)
    {
        var models = Directory.CreateDirectory(Path.Combine(_folder.FullName, "models"));
        Copy(new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "models")), models);
        File.Delete(Path.Combine(models.FullName, "stakes.json"));
        var findings = await FindAsync(
            ("OrleansLlm__Inference__ModelsDirectory", models.FullName),
            ("OrleansLlm__Tenants__acme__KeyHashes__0", new string('a', 64)),
            ("OrleansLlm__Routing__KeepUpCalculations", "false"),
            ("OrleansLlm__Routing__KeepUpHighStakes", "false"),
            ("OrleansLlm__Routing__Tenants__acme__KeepUpCalculations", "false"),
            ("OrleansLlm__Routing__Tenants__acme__KeepUpHighStakes", keptUp ? "true" : "false"));
        if (keptUp)
            AssertNames(findings, "models", "stakes.json");
        else
            Assert.DoesNotContain(findings, static f => f is { Check: "models", Severity: not Severity.Ok });
    }

    [Fact]
    public async Task Doctor_RedisWantsAPassword_SaysSo()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var admin = await redis.ConnectAsync();
        await admin.GetServers()[0].ConfigSetAsync("requirepass", "a-password");
        var findings = await FindAsync(("OrleansLlm__Store__Redis", $"127.0.0.1:{redis.Port}"));
        AssertNames(findings, "store", "refuses the password");
    }

    [Fact]
    public async Task Doctor_RedisIsAReplica_SaysSo()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync();
        await using (var admin = await replica.ConnectAsync())
            await admin.GetDatabase().ExecuteAsync("REPLICAOF", "127.0.0.1", primary.Port.ToString(CultureInfo.InvariantCulture));
        var findings = await FindAsync(("OrleansLlm__Store__Redis", $"127.0.0.1:{replica.Port}"));
        AssertNames(findings, "store", "replica");
    }

    [Fact]
    public async Task Doctor_RedisIsNearlyFull_SaysSo()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var admin = await redis.ConnectAsync())
            await admin.GetServers()[0].ConfigSetAsync("maxmemory", "1mb");
        var findings = await FindAsync(("OrleansLlm__Store__Redis", $"127.0.0.1:{redis.Port}"));
        var warning = Assert.Single(findings, static f => f.Text.Contains("% full", StringComparison.Ordinal));
        Assert.Equal(("store", Severity.Warning), (warning.Check, warning.Severity));
    }

    [Fact]
    public async Task Doctor_RedisEvicts_SaysSo()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var admin = await redis.ConnectAsync())
        {
            await admin.GetServers()[0].ConfigSetAsync("maxmemory", "100mb");
            await admin.GetServers()[0].ConfigSetAsync("maxmemory-policy", "allkeys-lru");
        }

        var findings = await FindAsync(("OrleansLlm__Store__Redis", $"127.0.0.1:{redis.Port}"));
        AssertNames(findings, "store", "allkeys-lru");
    }

    [Theory]
    [InlineData(401, "refuses the key")]
    [InlineData(302, "redirects")]
    public async Task Doctor_ProviderAnswers_IsToldWhatItMeans(int status, string told)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(status, "{}"));
        var (run, findings) = await ExamineAsync(
            ("OrleansLlm__Providers__openai__Endpoint", provider.Url + "/v1"), ("A_KEY", "sk-doctor-canary"), ("OrleansLlm__Providers__openai__ApiKeyVariable", "A_KEY"));
        Assert.True(run.ExitCode == 1, run.Output + run.Errors);
        AssertNames(findings, "providers", told);
        Assert.Equal("Bearer sk-doctor-canary", provider.Requests.Single().Headers["authorization"]);
        Assert.DoesNotContain("canary", run.Output + run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_ProviderSpeaksNoTls_SaysSo()
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, "{}"));
        var findings = await FindAsync(("OrleansLlm__Providers__openai__Endpoint", provider.Url.Replace("http:", "https:", StringComparison.Ordinal)));
        AssertNames(findings, "providers", "no secure connection");
    }

    [Fact]
    public async Task Doctor_ClockBehindTheProviders_SaysBySoMuch()
    {
        var date = TimeProvider.System.GetUtcNow().AddMinutes(10).ToString("R", CultureInfo.InvariantCulture);
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, "{}", "application/json", ("Date", date)));
        var findings = await FindAsync(("OrleansLlm__Providers__openai__Endpoint", provider.Url + "/v1"));
        AssertNames(findings, "clock", "behind");
    }

    [Fact]
    public async Task Doctor_ForAPerson_SaysHowToMendIt()
    {
        var run = await RunAsync([("OrleansLlm__Providers__openai__Endpoint", "http://127.0.0.1:1/v1")], "doctor");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("-> Start it, or correct OrleansLlm:Providers:openai:Endpoint.", run.Output, StringComparison.Ordinal);
        Assert.Contains("Faults: 1, warnings: 0.", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    private static void AssertNames(IReadOnlyList<Finding> findings, string check, string told)
    {
        var fault = Assert.Single(findings, f => f.Severity == Severity.Fault);
        Assert.Equal(check, fault.Check);
        Assert.Contains(told, fault.Text, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(fault.Fix));
    }

    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var folder in from.GetDirectories())
            Copy(folder, to.CreateSubdirectory(folder.Name));
        foreach (var file in from.GetFiles())
            file.CopyTo(Path.Combine(to.FullName, file.Name));
    }

    // Whatever else runs on this machine.
    private (string Name, string Value)[] Healthy =>
    [
        ("ORLEANSLLM_URLS", "http://127.0.0.1:" + Port()), ("ORLEANSLLM_DATA", Path.Combine(_folder.FullName, "data")),
        ("OrleansLlm__Cluster__SiloPort", Port()), ("OrleansLlm__Cluster__GatewayPort", Port()),
    ];

    private static string Port() => LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);

    private Task<ProgramRun> RunAsync((string Name, string Value)[] environment, params string[] arguments) =>
        CommandRun.OfAsync(_folder.FullName, [.. Healthy, .. environment], arguments);

    private async Task<(ProgramRun Run, IReadOnlyList<Finding> Findings)> ExamineAsync(params (string Name, string Value)[] environment)
    {
        var run = await RunAsync(environment, "doctor", "--json");
        return (run, JsonSerializer.Deserialize<List<Finding>>(run.Output, s_json)!);
    }

    private Task<IReadOnlyList<Finding>> FindAsync(params (string Name, string Value)[] environment)
    {
        // Of two values for one setting the later counts, as for a process.
        var given = new Dictionary<string, string?>();
        foreach (var (name, value) in Healthy.Concat(environment))
            given[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        var settings = new HostSettings
        {
            Urls = given["ORLEANSLLM_URLS"]!,
            DataDirectory = given["ORLEANSLLM_DATA"]!,
            Overrides = given,
            LogToConsole = false,
        };
        return Doctor.ExamineAsync(
            () => new SetUp(settings, GatewayHostDefaults.CreateBuilder(settings).Configuration, TimeProvider.System), TestContext.Current.CancellationToken);
    }
}
