using Anthropic;
using Microsoft.Extensions.AI;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Sdk;

/// <summary>Anthropic's .NET client, unchanged but for the address.</summary>
public sealed class AnthropicClientTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task GetResponse_PlainAndStreamed_GiveTheSameTextAndCounts()
    {
        using var anthropic = Client(GatewayFixture.Acme);
        using var chat = anthropic.AsIChatClient("claude-haiku-4-5", 400);
        const string Question = "Which city is the capital of Chile?";
        var plain = await chat.GetResponseAsync(Question, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty(plain.Text);
        Assert.Equal(ChatFinishReason.Stop, plain.FinishReason);
        var streamed = await chat.GetStreamingResponseAsync(Question, cancellationToken: TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);
        Assert.Equal(plain.Text, streamed.Text);
        Assert.Equal(ChatFinishReason.Stop, streamed.FinishReason);
        Assert.True(plain.Usage!.InputTokenCount > 0);
        Assert.Equal(plain.Usage.OutputTokenCount, streamed.Usage!.OutputTokenCount);
        Assert.Equal(plain.Usage.InputTokenCount, streamed.Usage.InputTokenCount);
    }

    [Fact]
    public async Task GetResponse_WrongKey_IsAnUnauthorizedOfItsOwn()
    {
        using var anthropic = Client("wrong");
        using var chat = anthropic.AsIChatClient("claude-haiku-4-5", 400);
        var failure = await Assert.ThrowsAnyAsync<Anthropic.Exceptions.AnthropicApiException>(() => chat.GetResponseAsync("Hello?", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, failure.StatusCode);
    }

    [Fact]
    public async Task List_Models_HasWhatIsServed()
    {
        using var anthropic = Client(GatewayFixture.Acme);
        var page = await anthropic.Models.List(cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(page.HasNext());
        var model = Assert.Single(page.Items, static m => m.ID == "claude-haiku-4-5");
        Assert.Equal("claude-haiku-4-5", model.DisplayName);
        Assert.Equal("claude-haiku-4-5", (await anthropic.Models.Retrieve("claude-haiku-4-5", cancellationToken: TestContext.Current.CancellationToken)).ID);
    }

    private AnthropicClient Client(string key) => new() { ApiKey = key, BaseUrl = fixture.Gateway.Url, MaxRetries = 0 };
}
