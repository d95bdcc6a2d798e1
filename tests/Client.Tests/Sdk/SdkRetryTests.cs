using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Globalization;
using OpenAI.Chat;
using OrleansLlm.Client.Tests.Faults;

namespace OrleansLlm.Client.Tests.Sdk;

/// <summary>How often a provider that always fails is called where the gateway repeats and the client would, too.</summary>
public sealed class SdkRetryTests : IAsyncLifetime
{
    private readonly FaultyServer _server = new();
    private GatewayProcess _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
    {
        ["OrleansLlm:Providers:faulty:Endpoint"] = $"http://127.0.0.1:{_server.Port}/v1",
        ["OrleansLlm:Resilience:RetryDelay"] = "00:00:00.010",
        ["OrleansLlm:Resilience:BreakerMinimumCalls"] = "1000",
    });

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Node_ProviderAlwaysFails_IsCalledAsOftenAsWithoutTheGateway()
    {
        var direct = await NodeAsync($"http://127.0.0.1:{_server.Port}/v1", "500.direct");
        var through = await NodeAsync(_gateway.Url + "/v1", "500.through");
        Assert.Equal((500, 500), (direct, through));
        Assert.Equal((3, 3), (_server.CallsFor("500.direct"), _server.CallsFor("500.through")));
    }

    // It does not know the header: its users set one of the two to no retries.
    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 6)]
    public async Task DotNet_ProviderAlwaysFails_ItsOwnRetriesAreOnTop(int retries, int calls)
    {
        var model = $"500.dotnet-{retries}";
        var client = new ChatClient(model, new ApiKeyCredential("any"), new OpenAI.OpenAIClientOptions
        {
            Endpoint = new Uri(_gateway.Url + "/v1"),
            RetryPolicy = new ClientRetryPolicy(retries),
        });
        var failure = await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync([new UserChatMessage("Who repeats this?")], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(500, failure.Status);
        Assert.Equal(calls, _server.CallsFor(model));
    }

    private static async Task<int> NodeAsync(string url, string model)
    {
        var folder = Path.Combine(Repository.Root, "tests", "Client.Tests", "Node");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "openai")))
            Assert.Skip("The Node client is not restored: npm ci --prefix tests/Client.Tests/Node");
        using var node = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList = { "retries.mjs", url, model },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        return int.Parse(output, CultureInfo.InvariantCulture);
    }
}
