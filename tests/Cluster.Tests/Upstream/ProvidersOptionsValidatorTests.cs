using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Cluster.Tests.Upstream;

public sealed class ProvidersOptionsValidatorTests
{
    public static TheoryData<string, ProviderOptions, string> Wrong => new()
    {
        { "no key for OpenAI", new ProviderOptions(), "ApiKeyVariable must name" },
        { "no key for Anthropic", new ProviderOptions { Kind = ProviderKind.Anthropic }, "Anthropic needs one" },
        { "no credential for Azure", new ProviderOptions { Kind = ProviderKind.AzureOpenAI, Endpoint = "https://x.openai.azure.com" }, "ApiKeyVariable, ApiKeyFile or UseEntra" },
        { "no endpoint for Azure", new ProviderOptions { Kind = ProviderKind.AzureOpenAI, UseEntra = true }, ":Endpoint must be" },
        { "Entra elsewhere", new ProviderOptions { UseEntra = true, Endpoint = "http://127.0.0.1:1/v1" }, "UseEntra is for Kind AzureOpenAI" },
        { "absent key", new ProviderOptions { ApiKeyVariable = "ORLEANSLLM_TEST_ABSENT" }, "'ORLEANSLLM_TEST_ABSENT', which is empty" },
        { "two credentials", new ProviderOptions { ApiKeyVariable = "A", ApiKeyFile = "b" }, "set one of" },
        { "credential in the clear", new ProviderOptions { Kind = ProviderKind.AzureOpenAI, UseEntra = true, Endpoint = "http://example.com" }, "must be https" },
        { "user name in the address", new ProviderOptions { Endpoint = "https://user:pw@example.com/v1" }, "without a query or user name" },
        { "no address", new ProviderOptions { Endpoint = "example" }, "must be an absolute http or https address" },
        { "other scheme", new ProviderOptions { Endpoint = "ftp://example.com" }, "must be an absolute http or https address" },
        { "connect timeout", new ProviderOptions { Endpoint = "http://127.0.0.1:1/v1", ConnectTimeout = TimeSpan.Zero }, ":ConnectTimeout must be" },
        { "first byte timeout", new ProviderOptions { Endpoint = "http://127.0.0.1:1/v1", FirstByteTimeout = TimeSpan.FromHours(2) }, ":FirstByteTimeout must be" },
        { "simulator with an endpoint", new ProviderOptions { Kind = ProviderKind.Simulator, Endpoint = "http://x" }, "takes no Endpoint" },
        { "unknown kind", new ProviderOptions { Kind = (ProviderKind)9 }, ":Kind must be one of" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Validate_Wrong_NamesTheSetting(string what, ProviderOptions options, string expected)
    {
        var result = new ProvidersOptionsValidator().Validate(null, new ProvidersOptions { ["p"] = options });
        Assert.True(result.Failed, what);
        Assert.Contains(result.Failures!, f => f.Contains(expected, StringComparison.Ordinal) && f.StartsWith("OrleansLlm:Providers:p", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_LocalEndpointWithoutKey_IsAllowed() =>
        Assert.True(new ProvidersOptionsValidator().Validate(null, new ProvidersOptions { ["p"] = new ProviderOptions { Endpoint = "http://127.0.0.1:11434/v1" } }).Succeeded);

    [Theory]
    [InlineData("../admin")]
    [InlineData("a/b")]
    [InlineData("a?b=c")]
    [InlineData("..")]
    [InlineData("")]
    public void Validate_DeploymentThatIsNoName_IsRefused(string deployment)
    {
        var options = new ProviderOptions { Kind = ProviderKind.AzureOpenAI, Endpoint = "https://x.openai.azure.com", UseEntra = true };
        options.Deployments["gpt-4o"] = deployment;
        Assert.True(new ProvidersOptionsValidator().Validate(null, new ProvidersOptions { ["p"] = options }).Failed);
    }
}
