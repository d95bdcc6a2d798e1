using System.Text.Json;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class ReportEndpointTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reports_AfterTraffic_TellMonthQuestionsAndThresholds(bool keepQuestions)
    {
        const string Asked = "Who keeps the books of the village library?";
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Ledger:KeepQuestions"] = keepQuestions ? "true" : "false" });
        for (var i = 0; i < 3; i++)
            (await gateway.AskAsync(Asked)).Dispose();
        (await gateway.AskAsync("What is a ledger?")).Dispose();
        var savings = await gateway.SavingsAsync();
        Assert.Equal("default", savings.GetProperty("by_tenant")[0].GetProperty("tenant").GetString());
        Assert.Equal(4, savings.GetProperty("by_day").EnumerateArray().Sum(d => d.GetProperty("sums").GetProperty("requests").GetInt32()));

        // One day says nothing of a month.
        var forecast = JsonDocument.Parse(await gateway.Http.GetStringAsync("/admin/v1/forecast", TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal((0, JsonValueKind.Null), (forecast.GetProperty("days").GetInt32(), forecast.GetProperty("cost_usd").ValueKind));

        var questions = JsonDocument.Parse(await gateway.Http.GetStringAsync("/admin/v1/questions?count=1", TestContext.Current.CancellationToken)).RootElement;
        var top = Assert.Single(questions.EnumerateArray());
        Assert.Equal((3, 2), (top.GetProperty("requests").GetInt32(), top.GetProperty("hits").GetInt32()));
        Assert.Equal(keepQuestions, top.TryGetProperty("question", out var text) && text.GetString() == Asked);
        var raw = await gateway.Http.GetStringAsync("/admin/v1/ledger", TestContext.Current.CancellationToken);
        Assert.Equal(keepQuestions, raw.Contains("village", StringComparison.Ordinal));

        var whatIf = JsonDocument.Parse(await gateway.Http.GetStringAsync("/admin/v1/whatif", TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(12, whatIf.GetArrayLength());
    }

    [Fact]
    public async Task Dashboard_WithKeys_IsForOperatorsOnly()
    {
        const string Operator = "key-of-the-operator-01";
        const string User = "key-of-some-tenant-002";
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Tenants:ops:KeyHashes:0"] = Hash(Operator),
            ["OrleansLlm:Tenants:ops:Operator"] = "true",
            ["OrleansLlm:Tenants:user:KeyHashes:0"] = Hash(User),
        });
        const string Secret = "CANARY-DASHBOARD-3b1f";
        (await gateway.AskAsync($"What is {Secret}?", key: User)).Dispose();
        foreach (var path in (string[])["/orleans", "/orleans/", "/orleans/DashboardCounters", "/orleans/Trace", "/metrics"])
        {
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await GetAsync(path, null)).Status);
            Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await GetAsync(path, User)).Status);
        }

        // Counters come some seconds after the start.
        var counters = await GetAsync("/orleans/DashboardCounters", Operator);
        for (var attempt = 0; attempt < 120 && !counters.Body.Contains("GatewayGrain", StringComparison.Ordinal); attempt++)
        {
            await Task.Delay(250, TestContext.Current.CancellationToken);
            counters = await GetAsync("/orleans/DashboardCounters", Operator);
        }

        Assert.Equal(System.Net.HttpStatusCode.OK, counters.Status);
        Assert.Contains("GatewayGrain", counters.Body, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await GetAsync("/orleans/GrainState?grainId=x&grainType=y", Operator)).Status);
        // Grain keys and state hold partitions and sums, never prompts.
        foreach (var path in (string[])["/orleans/DashboardCounters", "/orleans/ClusterStats", "/orleans/Reminders", "/orleans/TopGrainMethods", "/orleans/GrainTypes"])
            Assert.DoesNotContain(Secret, (await GetAsync(path, Operator)).Body, StringComparison.OrdinalIgnoreCase);

        async Task<(System.Net.HttpStatusCode Status, string Body)> GetAsync(string path, string? key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (key is not null)
                request.Headers.Add("Authorization", "Bearer " + key);
            using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        static string Hash(string key) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)));
    }
}
