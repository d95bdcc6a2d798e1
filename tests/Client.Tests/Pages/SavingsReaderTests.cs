using System.Globalization;
using OrleansLlm.Client.Pages.Savings;
using OrleansLlm.Client.Tests.EndToEnd;
using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Client.Tests.Pages;

public sealed class SavingsReaderTests
{
    private const int Idle = 205;
    private const string Busy = "zz";
    private const string Key = "key-of-the-last-by-name";

    [Fact]
    public async Task Read_MoreTenantsThanAreAskedForTheirLatest_HasTheSumsOfAllAndTheLatestOfTheBusiest()
    {
        string[] tenants = [.. Enumerable.Range(0, Idle).Select(static i => "t-" + i.ToString("000", CultureInfo.InvariantCulture)), Busy];
        await using var gateway = await GatewayProcess.StartAsync(tenants.ToDictionary(
            static t => $"OrleansLlm:Tenants:{t}:KeyHashes:0", static t => (string?)GatewayFixture.HashOf(t == Busy ? Key : "key-of-" + t)));
        using (var answer = await gateway.AskAsync("Who asks last by name?", key: Key))
            Assert.True(answer.IsSuccessStatusCode);
        await gateway.Services.GetRequiredService<LedgerWriter>().FlushAsync(TestContext.Current.CancellationToken);

        var reader = gateway.Services.GetRequiredService<SavingsReader>();
        var view = await reader.ReadAsync("30", "", tenants);
        Assert.Equal(tenants, view.Tenants.Select(static t => t.Name));
        Assert.Equal((1, 1), (view.Report.Total.Requests, view.Tenants[^1].Sums.Requests));
        Assert.Equal(("gpt-4o", "gpt-4o"), view.Models.Select(static m => (m.Requested, m.Used)).Single());
        Assert.Equal((Busy, 200), (view.Latest.Newest.Single().TenantId, view.Latest.OfBusiest));
        // Who the busiest are is remembered: it shows nobody more than was asked for.
        Assert.Empty((await reader.LatestAsync(tenants[..Idle])).Newest);
        Assert.Null((await reader.LatestAsync([Busy])).OfBusiest);
    }
}
