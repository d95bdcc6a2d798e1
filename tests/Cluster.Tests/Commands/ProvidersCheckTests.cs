using OrleansLlm.Silo.Diagnosis;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Cluster.Tests.Commands;

public sealed class ProvidersCheckTests : IDisposable
{
    private readonly string _key = Path.GetTempFileName();

    public ProvidersCheckTests() => File.WriteAllText(_key, "key-canary");

    public void Dispose() => File.Delete(_key);

    [Theory]
    [InlineData(ProviderKind.OpenAI, null, "https://api.openai.com/v1/models", "Authorization", "Bearer key-canary")]
    [InlineData(ProviderKind.Anthropic, null, "https://api.anthropic.com/v1/models", "x-api-key", "key-canary")]
    [InlineData(ProviderKind.Anthropic, "https://claude.example/v1/", "https://claude.example/v1/models", "x-api-key", "key-canary")]
    [InlineData(ProviderKind.AzureOpenAI, "https://a.openai.azure.com/", "https://a.openai.azure.com/openai/v1/models", "api-key", "key-canary")]
    public void ListModels_EachKind_SendsTheKeyToItsOwnProviderAlone(ProviderKind kind, string? endpoint, string address, string header, string value)
    {
        using var request = ProvidersCheck.ListModels(new ProviderOptions { Kind = kind, Endpoint = endpoint, ApiKeyFile = _key });
        Assert.Equal(address, request.RequestUri!.ToString());
        Assert.Equal(value, request.Headers.NonValidated[header].ToString());
        Assert.Single(request.Headers, h => h.Value.Any(static v => v.Contains("canary", StringComparison.Ordinal)));
        Assert.Equal(kind == ProviderKind.Anthropic, request.Headers.Contains("anthropic-version"));
    }
}
