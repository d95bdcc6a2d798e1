using System.Net;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>A stored answer that cannot be given: the model answers, as where there were none.</summary>
public sealed class UnreadableAnswerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_StoredAnswerIsLargerThanAnswersMayBe_TheModelAnswers(bool stream)
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Gateway:MaxReplyBytes"] = "65536";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        using var imported = await gateway.PostAsync(
            $$"""{"question":"Who countersigns a chargeback?","answer":"{{new string('x', 100_000)}}"}""", GatewayFixture.Operator, "/admin/v1/cache/entries?tenant=acme");
        Assert.Equal(1, (await imported.JsonAsync()).GetProperty("imported").GetInt32());

        // The second finds what the first one's answer left in its place.
        for (var i = 0; i < 2; i++)
        {
            using var answer = await gateway.AskAsync("Who countersigns a chargeback?", key: GatewayFixture.Acme, stream: stream);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            if (i == 0)
                Assert.Equal("miss", answer.Cache());
            Assert.InRange((await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length, 1, 60_000);
        }
    }
}
