using System.Net;
using System.Text.Json.Nodes;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class StartTests
{
    [Theory]
    [InlineData("OrleansLlm:Chache:TimeToLive", "1.00:00:00", "OrleansLlm:Chache", "Cache")]
    [InlineData("OrleansLlm:Cache:TimeToLife", "1.00:00:00", "OrleansLlm:Cache:TimeToLife", "TimeToLive")]
    [InlineData("OrleansLlm:Tenants:acme:Budged", "5", "OrleansLlm:Tenants:acme:Budged", "Budgets")]
    [InlineData("OrleansLlm:Layers:Cache", "Sometimes", "OrleansLlm:Layers:Cache", "Sometimes")]
    [InlineData("OrleansLlm:Cache:CandidateThreshold", "7", "OrleansLlm:Cache:CandidateThreshold", "between")]
    [InlineData("OrleansLlm:Routing:Threshold", "0.5", "OrleansLlm:Routing", "acceptLowThreshold")]
    [InlineData("OrleansLlm:Providers:azure:Kind", "AzureOpenAI", "OrleansLlm:Providers:azure:Endpoint", "")]
    [InlineData("OrleansLlm:Store:Redis", "127.0.0.1:6379,password=hunter2", "OrleansLlm:Store:Redis", "RedisPasswordFile")]
    [InlineData("OrleansLlm:Providers:p:ApiKeyVariable", "ORLEANSLLM_NO_SUCH_VARIABLE", "OrleansLlm:Providers:p:ApiKeyVariable", "ORLEANSLLM_NO_SUCH_VARIABLE")]
    [InlineData("OrleansLlm:Cluster:AdvertisedAddress", "silo-1", "OrleansLlm:Cluster:AdvertisedAddress", "silo-1")]
    [InlineData("OrleansLlm:Providers:p:Weight", "-1", "OrleansLlm:Providers:p:Weight", "between")]
    [InlineData("OrleansLlm:Budgets:WebhookUrl", "http://hooks.example/budget", "OrleansLlm:Budgets:WebhookUrl", "WebhookAllowHttp")]
    [InlineData("Kestrel:Endpoints:Open:Url", "http://0.0.0.0:0", "Kestrel:Endpoints", "ORLEANSLLM_URLS")]
    [InlineData("OrleansLlm:Api:MaxConcurrentBodyBytes", "16777216", "OrleansLlm:Api:MaxConcurrentBodyBytes", "33554432")]
    [InlineData("OrleansLlm:Resilience:MaxRetries", "11", "OrleansLlm:Resilience:MaxRetries", "between")]
    [InlineData("OrleansLlm:Resilience:BreakDuration", "00:00:00.001", "OrleansLlm:Resilience:BreakDuration", "between")]
    [InlineData("OrleansLlm:Fallback:Rules:0:Outage:0", "gpt-4.1", "OrleansLlm:Fallback:Rules:0:Model", "required")]
    [InlineData("OrleansLlm:Tenants:acme:KeyVariable", "ORLEANSLLM_NO_SUCH_VARIABLE", "OrleansLlm:Tenants:acme:KeyVariable", "ORLEANSLLM_NO_SUCH_VARIABLE")]
    // Below a name or a number, where the binder by itself leaves out the whole entry and says nothing.
    [InlineData("OrleansLlm:Providers:openai:FirstByteTimeout", "600s", "OrleansLlm:Providers:openai:FirstByteTimeout", "600s")]
    [InlineData("OrleansLlm:Providers:openai:Kind", "OpenAi2", "OrleansLlm:Providers:openai:Kind", "OpenAi2")]
    [InlineData("OrleansLlm:Tenants:acme:Budgets:Day", "1,000", "OrleansLlm:Tenants:acme:Budgets:Day", "1,000")]
    [InlineData("OrleansLlm:Tenants:acme:Projects:search:Budgets:Day", "five", "OrleansLlm:Tenants:acme:Projects:search:Budgets:Day", "five")]
    [InlineData("OrleansLlm:Tenants:acme:Operator", "yes", "OrleansLlm:Tenants:acme:Operator", "yes")]
    [InlineData("OrleansLlm:Tenants:acme:Cache", "Offf", "OrleansLlm:Tenants:acme:Cache", "Offf")]
    [InlineData("OrleansLlm:Pricing:Models:0:Input", "2,5", "OrleansLlm:Pricing:Models:0:Input", "2,5")]
    [InlineData("OrleansLlm:Pricing:Models:0:LongContext:0:AboveTokens", "272000", "OrleansLlm:Pricing:Models:0:LongContext:0:Input", "required")]
    // It hides a listed price that rises with the prompt.
    [InlineData("OrleansLlm:Pricing:Models:0:Model", "gpt-5.6", "OrleansLlm:Pricing:Models", "LongContext")]
    [InlineData("OrleansLlm:Budgets:ProjectTier", "Flex", "OrleansLlm:Budgets:ProjectTier", "Priority")]
    // A value where settings belong.
    [InlineData("OrleansLlm:Tenants", "acme", "'OrleansLlm:Tenants' takes", "OrleansLlm:Tenants:NAME")]
    [InlineData("OrleansLlm:Tenants:acme:Budgets", "5", "'OrleansLlm:Tenants:acme:Budgets' takes", "OrleansLlm:Tenants:acme:Budgets:Minute")]
    [InlineData("OrleansLlm:Layers", "Off", "'OrleansLlm:Layers' takes", "OrleansLlm:Layers:Cache")]
    [InlineData("OrleansLlm:Providers:openai:Models", "gpt-4o", "'OrleansLlm:Providers:openai:Models' takes", "OrleansLlm:Providers:openai:Models:0")]
    [InlineData("OrleansLlm:Store:Redis", "rediss://127.0.0.1:6379/3", "OrleansLlm:Store:Redis", "defaultDatabase=3")]
    [InlineData("OrleansLlm:Store:Redis", "redis://127.0.0.1:6379?db=3", "OrleansLlm:Store:Redis", "defaultDatabase=")]
    public async Task Start_WrongSetting_StopsAndNamesTheKey(string key, string value, string named, string hint)
    {
        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => GatewayProcess.StartAsync(new Dictionary<string, string?> { [key] = value }));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.Contains(hint, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OrleansLlm:Tenants:acme:KeyHashes", "olk-canary-of-the-start")]
    [InlineData("OrleansLlm:Budgets:WebhookUrl", "https://hooks.example:port/olk-canary-of-the-start")]
    public async Task Start_SecretInAWrongPlace_IsNamedAndNotShown(string key, string value)
    {
        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => GatewayProcess.StartAsync(new Dictionary<string, string?> { [key] = value }));
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongPriceAndAnotherMistake_NamesBoth()
    {
        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Pricing:Models:0:Model"] = "gpt-4o",
            ["OrleansLlm:Pricing:Models:0:Input"] = "-1",
            ["OrleansLlm:Providers:p:ApiKeyVariable"] = "ORLEANSLLM_NO_SUCH_VARIABLE",
        }));
        Assert.Contains("OrleansLlm:Pricing:Models:0", failure.Message, StringComparison.Ordinal);
        Assert.Contains("OrleansLlm:Providers:p:ApiKeyVariable", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressWithAPath_StopsAndNamesIt()
    {
        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => AllInOneHost.StartAsync(
            new HostSettings { Urls = "http://127.0.0.1:0/v1", LogToConsole = false }, TestContext.Current.CancellationToken));
        Assert.Contains("'http://127.0.0.1:0/v1' is no address to listen on", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OpenToOthersWithoutKeys_Stops()
    {
        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => AllInOneHost.StartAsync(
            new HostSettings { Urls = "http://0.0.0.0:0", LogToConsole = false }, TestContext.Current.CancellationToken));
        Assert.Contains("OrleansLlm:Tenants", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ModelsMissing_IsDegradedAndServesTheRequestedModel()
    {
        var empty = Directory.CreateTempSubdirectory("orleansllm-nomodels-");
        using var logs = new RecordedFaults("OrleansLlm");
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Inference:ModelsDirectory"] = empty.FullName }, logs: logs);
        var ready = await (await gateway.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).JsonAsync();
        Assert.Equal("degraded", ready.GetProperty("status").GetString());
        Assert.Equal(("not loaded", "not loaded"), (ready.GetProperty("acceptance").GetString(), ready.GetProperty("stakes").GetString()));
        Assert.False(ready.GetProperty("models")[0].GetProperty("loaded").GetBoolean());
        // Anybody may ask: where the files lie is for the log.
        Assert.DoesNotContain(empty.Name, ready.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(logs.Lines, line => line.Contains("acceptance policy", StringComparison.Ordinal) && line.Contains(empty.FullName, StringComparison.Ordinal));
        Assert.Contains(logs.Lines, line => line.Contains("costly questions", StringComparison.Ordinal) && line.Contains(empty.FullName, StringComparison.Ordinal));
        Assert.Contains(logs.Lines, line => line.Contains("Model embedder", StringComparison.Ordinal));

        var answer = await gateway.AskAsync("What is served without any model?", "auto");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("gpt-4o", answer.Header("x-orleansllm-model"));
        Assert.Equal("exact", (await gateway.AskAsync("What is served without any model?", "auto")).Cache());
        empty.Delete(recursive: true);
    }

    [Fact]
    public async Task Start_LayersOff_IsReadyWithoutTheirModelsAndLoadsWhatOneTenantAsks()
    {
        var settings = new Dictionary<string, string?>
        {
            // Models of its own.
            ["OrleansLlm:Inference:QueueCapacity"] = "256",
            ["OrleansLlm:Layers:Cache"] = "Off",
            ["OrleansLlm:Layers:Routing"] = "Off",
            ["OrleansLlm:Layers:Compression"] = "Off",
        };
        Assert.Equal(("ready", "embedder"), await ReadyAsync());
        settings["OrleansLlm:Tenants:default:Operator"] = "true";
        settings["OrleansLlm:Tenants:default:Routing"] = "Shadow";
        Assert.Equal(("ready", "embedder router"), await ReadyAsync());

        async Task<(string?, string)> ReadyAsync()
        {
            await using var gateway = await GatewayProcess.StartAsync(settings);
            using var answer = await gateway.AskAsync("What is served with every layer off?", "auto");
            Assert.Equal((HttpStatusCode.OK, "gpt-4o"), (answer.StatusCode, answer.Header("x-orleansllm-model")));
            var ready = await (await gateway.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).JsonAsync();
            return (ready.GetProperty("status").GetString(), string.Join(' ', ready.GetProperty("models").EnumerateArray().Select(static m => m.GetProperty("name").GetString())));
        }
    }

    [Fact]
    public async Task Start_AcceptancePolicyOfOtherModels_IsNotUsedAndNamesTheModel()
    {
        var models = Directory.CreateTempSubdirectory("orleansllm-models-");
        var shipped = Path.Combine(AppContext.BaseDirectory, "models");
        foreach (var entry in new DirectoryInfo(shipped).EnumerateFileSystemInfos().Where(static e => e.Name != "acceptance.json"))
            File.CreateSymbolicLink(Path.Combine(models.FullName, entry.Name), entry.FullName);
        var policy = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(shipped, "acceptance.json"), TestContext.Current.CancellationToken))!;
        policy["provenance"]!["modelSha256"]!["verifier"] = new string('0', 64);
        var file = Path.Combine(models.FullName, "acceptance.json");
        await File.WriteAllTextAsync(file, policy.ToJsonString(), TestContext.Current.CancellationToken);
        using var logs = new RecordedFaults("OrleansLlm");
        await using (var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Inference:ModelsDirectory"] = models.FullName }, logs: logs))
        {
            var ready = await (await gateway.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).JsonAsync();
            Assert.Equal(("degraded", "not loaded"), (ready.GetProperty("status").GetString(), ready.GetProperty("acceptance").GetString()));
            Assert.Contains(logs.Lines, line => line.Contains("acceptance policy", StringComparison.Ordinal) && line.Contains("verifier", StringComparison.Ordinal));
        }

        // One that was asked for stops the start, as one that cannot be read does.
        var failure = await Assert.ThrowsAsync<ConfigurationException>(() => GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Cache:AcceptanceFile"] = file }));
        Assert.Contains("OrleansLlm:Cache:AcceptanceFile", failure.Message, StringComparison.Ordinal);
        Assert.Contains("verifier", failure.Message, StringComparison.Ordinal);
        models.Delete(recursive: true);
    }

    /// <summary>With every model there, nothing goes down by its score alone; who asks for the cheap tier gets it.</summary>
    [Fact]
    public async Task Start_StakesMissing_IsDegradedAndRoutesNothingDown()
    {
        var models = Directory.CreateTempSubdirectory("orleansllm-models-");
        foreach (var entry in new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "models")).EnumerateFileSystemInfos().Where(static e => e.Name != "stakes.json"))
            File.CreateSymbolicLink(Path.Combine(models.FullName, entry.Name), entry.FullName);
        using var logs = new RecordedFaults("OrleansLlm");
        await using (var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Inference:ModelsDirectory"] = models.FullName }, logs: logs))
        {
            var ready = await (await gateway.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).JsonAsync();
            Assert.Equal(("degraded", "not loaded"), (ready.GetProperty("status").GetString(), ready.GetProperty("stakes").GetString()));
            Assert.All(ready.GetProperty("models").EnumerateArray(), static m => Assert.True(m.GetProperty("loaded").GetBoolean()));
            using var answer = await gateway.AskAsync("What is the capital of France?", "auto");
            Assert.Equal(("gpt-4o", "Unavailable"), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
            using var fast = await gateway.AskAsync("What is the capital of Spain?", "auto:fast");
            Assert.Equal("gpt-4o-mini", fast.Header("x-orleansllm-model"));
        }

        models.Delete(recursive: true);
    }

    [Fact]
    public async Task Start_Defaults_AreReadyAndNameTheModels()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var ready = await (await gateway.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).JsonAsync();
        Assert.Equal(("ready", "orleansllm.health"), (ready.GetProperty("status").GetString(), ready.GetProperty("object").GetString()));
        var models = await (await gateway.Http.GetAsync("/v1/models", TestContext.Current.CancellationToken)).JsonAsync();
        Assert.Contains(models.GetProperty("data").EnumerateArray(), m => m.GetProperty("id").GetString() == "auto");
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Http.GetAsync("/v1/models/no-such-model", TestContext.Current.CancellationToken)).StatusCode);
    }
}
