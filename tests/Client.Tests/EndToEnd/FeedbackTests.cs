using System.Net;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class FeedbackTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Key = GatewayFixture.Acme;

    [Fact]
    public async Task Judge_SemanticHitWrong_ItsAnswerIsNotGivenAgain()
    {
        Assert.Equal("miss", (await AskAsync("How do I order a new cheque book?")).Cache());
        await fixture.Gateway.StoredAsync("How do I order a new cheque book?", Key);
        using var hit = await AskAsync("How can I order a new cheque book?");
        Assert.Equal("semantic", hit.Cache());

        using var judged = await fixture.Gateway.JudgeAsync(hit, "wrong", Key);
        Assert.Equal(HttpStatusCode.OK, judged.StatusCode);
        using var again = await JudgeAsync(hit.Header("x-request-id")!, "wrong");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);

        Assert.Equal("miss", (await AskAsync("How can I order a new cheque book?")).Cache());
    }

    [Fact]
    public async Task Judge_ExactHitRight_KeepsTheAnswer()
    {
        const string Question = "Which counter sells travel insurance?";
        Assert.Equal("miss", (await AskAsync(Question)).Cache());
        using var hit = await AskAsync(Question);
        using var judged = await fixture.Gateway.JudgeAsync(hit, "right", Key);
        Assert.Equal(HttpStatusCode.OK, judged.StatusCode);
        Assert.Equal("exact", (await AskAsync(Question)).Cache());
    }

    [Fact]
    public async Task Judge_AnotherTenantsHit_IsUnknownAndKeepsTheAnswer()
    {
        const string Question = "Which vault holds the bearer bonds?";
        Assert.Equal("miss", (await AskAsync(Question)).Cache());
        using var hit = await AskAsync(Question);
        using var judged = await JudgeAsync(hit.Header("x-request-id")!, "wrong", GatewayFixture.Globex);
        Assert.Equal(HttpStatusCode.NotFound, judged.StatusCode);
        Assert.Equal("exact", (await AskAsync(Question)).Cache());
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("""{"verdict":"wrong"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"request_id":"req_1","verdict":"maybe"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"request_id":"\ud800","verdict":"wrong"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"request_id":"req_unknown","verdict":"wrong"}""", HttpStatusCode.NotFound)]
    public async Task Judge_Wrong_IsRefused(string body, HttpStatusCode status)
    {
        using var response = await fixture.Gateway.PostAsync(body, Key, "/v1/feedback");
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Judge_LargeBody_Is413()
    {
        using var response = await fixture.Gateway.PostAsync(new string(' ', 5000), Key, "/v1/feedback");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Judge_WithoutKey_Is401()
    {
        using var response = await fixture.Gateway.PostAsync("""{"request_id":"req_1","verdict":"wrong"}""", null, "/v1/feedback");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private Task<HttpResponseMessage> AskAsync(string question) => fixture.Gateway.AskAsync(question, key: Key);

    private Task<HttpResponseMessage> JudgeAsync(string requestId, string verdict, string key = Key) =>
        fixture.Gateway.PostAsync(new { request_id = requestId, verdict }, key, "/v1/feedback");
}
