using System.Net;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>A stored answer that cannot be given: the model answers, as where there were none.</summary>
public sealed class UnreadableAnswerTests
{
    [Fact]
    public async Task Ask_StoredAnswerIsLargerThanAnswersMayBe_TheModelAnswers()
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Gateway:MaxReplyBytes"] = "65536";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        foreach (var (question, stream) in new[] { ("Who countersigns a chargeback?", false), ("Which desk opens on Sundays?", true) })
        {
            using var imported = await gateway.PostAsync(
                $$"""{"question":"{{question}}","answer":"{{new string('x', 100_000)}}"}""", GatewayFixture.Operator, "/admin/v1/cache/entries?tenant=acme");
            Assert.Equal(1, (await imported.JsonAsync()).GetProperty("imported").GetInt32());

            // The second finds what the first one's answer left in its place.
            using var first = await gateway.AskAsync(question, key: GatewayFixture.Acme, stream: stream);
            Assert.Equal((HttpStatusCode.OK, "miss"), (first.StatusCode, first.Cache()));
            Assert.InRange((await first.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length, 1, 60_000);
            using var second = await gateway.AskAsync(question, key: GatewayFixture.Acme, stream: stream);
            Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        }
    }
}
