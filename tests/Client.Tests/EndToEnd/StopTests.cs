using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class StopTests
{
    [Fact]
    public async Task Stop_WithKeysAndRateLimits_LogsNoFault()
    {
        // Of the API, which asks the silo beside it: a store that a busy machine makes late is another matter.
        using var logs = new RecordedFaults("OrleansLlm.Client", "Orleans.Grain");
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:RateLimits:RequestsPerMinute"] = "1000";
        await using (var gateway = await GatewayProcess.StartAsync(settings, logs: logs))
        {
            using var made = await gateway.PostAsync(new { name = "app", tenant = "acme" }, GatewayFixture.Operator, "/admin/v1/keys");
            made.EnsureSuccessStatusCode();
            using var asked = await gateway.AskAsync("Who stops first?", key: GatewayFixture.Acme);
            asked.EnsureSuccessStatusCode();
            logs.Lines.Clear();
        }

        Assert.Equal(string.Empty, string.Join('\n', logs.Lines));
    }

    [Fact]
    public async Task Stop_OfTheLastSiloAfterHits_CallsNoGrainThatNobodyCanWake()
    {
        using var logs = new RecordedFaults("Orleans.Messaging", "Orleans.Placement", "Polly");
        await using (var gateway = await GatewayProcess.StartAsync(GatewayFixture.Tenants(), logs: logs))
        {
            foreach (var question in new[] { "How do I reset my password?", "How do I reset my password?", "How can I reset my password?" })
            {
                using var asked = await gateway.AskAsync(question, key: GatewayFixture.Acme);
                asked.EnsureSuccessStatusCode();
            }

            // What was served is told by then, so that the grain that counts it is there to be stopped.
            await Task.Delay(IFeedbackGrain.KnownAfter, TestContext.Current.CancellationToken);
            logs.Lines.Clear();
        }

        Assert.Equal(string.Empty, string.Join('\n', logs.Lines));
    }

    /// <summary>Its answer is being stored and booked then, by grains that nobody has asked before.</summary>
    [Fact]
    public async Task Stop_OfTheLastSiloRightAfterItsFirstAnswer_StoresAndBooksItFirst()
    {
        using var logs = new RecordedFaults("Orleans.Messaging", "Orleans.Placement", "Polly", "OrleansLlm.Grains");
        await using (var gateway = await GatewayProcess.StartAsync(GatewayFixture.Tenants(), logs: logs))
        {
            using var asked = await gateway.AskAsync("Who asks first and last?", key: GatewayFixture.Acme);
            asked.EnsureSuccessStatusCode();
        }

        Assert.Equal(string.Empty, string.Join('\n', logs.Lines));
    }
}
