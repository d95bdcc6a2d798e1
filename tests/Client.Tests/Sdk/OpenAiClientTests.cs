using System.ClientModel;
using Azure.AI.OpenAI;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Sdk;

/// <summary>The official .NET clients, unchanged but for the address.</summary>
public sealed class OpenAiClientTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private ChatClient OpenAi(string model) => new(
        model, new ApiKeyCredential(GatewayFixture.Acme), new OpenAIClientOptions { Endpoint = new Uri(fixture.Gateway.Url + "/v1") });

    private ChatClient Azure(string deployment) =>
        new AzureOpenAIClient(new Uri(fixture.Gateway.Url), new ApiKeyCredential(GatewayFixture.Acme)).GetChatClient(deployment);

    [Fact]
    public async Task OpenAI_Complete_ReturnsTextAndUsage()
    {
        ChatCompletion completion = await OpenAi("auto").CompleteChatAsync([new UserChatMessage("Which city is the capital of Norway?")], cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty(completion.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
        Assert.True(completion.Usage.InputTokenCount > 0);
        Assert.Equal("gpt-4o-mini", completion.Model);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_MissThenExact_GivesTheSameText(bool azure)
    {
        var client = azure ? Azure("gpt-4o") : OpenAi("gpt-4o");
        var question = "Which river flows through the city of " + (azure ? "Prague?" : "Vienna?");
        var first = await ReadAsync(client, question);
        var second = await ReadAsync(client, question);
        Assert.NotEmpty(first.Text);
        Assert.Equal(first.Text, second.Text);
        Assert.True(first.Tokens > 0);
        Assert.Equal(first.Tokens, second.Tokens);
    }

    [Fact]
    public async Task Azure_Complete_NamesTheModelByItsDeployment()
    {
        var result = await Azure("gpt-4o").CompleteChatAsync([new UserChatMessage("Which sea borders Croatia?")], cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty(result.Value.Content[0].Text);
        Assert.True(result.GetRawResponse().Headers.TryGetValue("x-orleansllm-model", out var model));
        Assert.Equal("gpt-4o", model);
    }

    [Fact]
    public async Task OpenAI_WrongKey_Throws401()
    {
        var client = new ChatClient("auto", new ApiKeyCredential("wrong"), new OpenAIClientOptions { Endpoint = new Uri(fixture.Gateway.Url + "/v1") });
        var failure = await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync([new UserChatMessage("Hello?")], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(401, failure.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Embed_OneAndSeveral_GivesVectorsOfTheDimensionsAsked(bool azure)
    {
        const string Model = "text-embedding-3-large";
        var client = azure
            ? new AzureOpenAIClient(new Uri(fixture.Gateway.Url), new ApiKeyCredential(GatewayFixture.Acme)).GetEmbeddingClient(Model)
            : new EmbeddingClient(Model, new ApiKeyCredential(GatewayFixture.Acme), new OpenAIClientOptions { Endpoint = new Uri(fixture.Gateway.Url + "/v1") });
        var texts = new[] { "one " + azure, "two", "three" };
        var result = await client.GenerateEmbeddingsAsync(texts, new EmbeddingGenerationOptions { Dimensions = 256 }, TestContext.Current.CancellationToken);
        Assert.Equal([256, 256, 256], result.Value.Select(e => e.ToFloats().Length));
        Assert.True(result.Value.Usage.InputTokenCount > 0);
        var one = await client.GenerateEmbeddingAsync("one " + azure, new EmbeddingGenerationOptions { Dimensions = 256 }, TestContext.Current.CancellationToken);
        Assert.Equal(result.Value[0].ToFloats().ToArray(), one.Value.ToFloats().ToArray());
    }

    private static async Task<(string Text, int Tokens)> ReadAsync(ChatClient client, string question)
    {
        var text = new System.Text.StringBuilder();
        var tokens = 0;
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage(question)], cancellationToken: TestContext.Current.CancellationToken))
        {
            foreach (var part in update.ContentUpdate)
                text.Append(part.Text);
            tokens = update.Usage?.OutputTokenCount ?? tokens;
        }

        return (text.ToString(), tokens);
    }
}
