using System.Net;
using System.Text;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class LedgerExportTests
{
    [Fact]
    public async Task Export_AfterTraffic_HasAnEntryOfEveryRequestInEveryFormat()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var ids = new List<string>();
        foreach (var question in (string[])["What is a ledger?", "What is a ledger?", "Who keeps the books?"])
        {
            using var response = await gateway.AskAsync(question);
            ids.Add(response.Headers.GetValues("x-request-id").Single());
        }

        var savings = await gateway.SavingsAsync();
        var lines = LedgerLine.Split(await BytesAsync("jsonl")).ConvertAll(l => LedgerLine.Read(l.Span)!);
        Assert.Equal(ids, lines.Select(e => e.RequestId));
        Assert.Equal([1, 2, 3], lines.Select(e => e.Sequence));
        Assert.Equal([HitKind.Miss, HitKind.Exact, HitKind.Miss], lines.Select(e => e.HitKind));
        Assert.All(lines, e => Assert.NotNull(e.PriceVersion));
        Assert.Equal(savings.GetProperty("total").GetProperty("cost_usd").GetDecimal(), lines.Sum(e => e.CostUsd));
        Assert.Equal(4, Encoding.UTF8.GetString(await BytesAsync("csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("PAR1"u8.ToArray(), (await BytesAsync("parquet"))[..4]);
        Assert.Empty(await BytesAsync("jsonl&from=2020-01-01&to=2020-02-01"));
        Assert.Empty(await BytesAsync("jsonl&from=9999-12-01&to=9999-12-31T23:59:59Z"));
        using var wrong = await gateway.Http.GetAsync("/admin/v1/ledger?format=xlsx", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);

        Task<byte[]> BytesAsync(string format) => gateway.Http.GetByteArrayAsync("/admin/v1/ledger?format=" + format, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Export_OfAnotherTenant_IsRefused()
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Tenants:one:KeyHashes:0"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("key-of-tenant-one-0001"u8)),
            ["OrleansLlm:Tenants:two:KeyHashes:0"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("key-of-tenant-two-0002"u8)),
        });
        using (await gateway.AskAsync("What is a ledger?", key: "key-of-tenant-one-0001"))
            await gateway.SavingsAsync("key-of-tenant-one-0001");
        Assert.Equal((HttpStatusCode.OK, true), await GetAsync("", "key-of-tenant-one-0001"));
        Assert.Equal((HttpStatusCode.OK, false), await GetAsync("", "key-of-tenant-two-0002"));
        Assert.NotEqual(HttpStatusCode.OK, (await GetAsync("?tenant=one", "key-of-tenant-two-0002")).Item1);

        async Task<(HttpStatusCode, bool)> GetAsync(string query, string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/v1/ledger" + query);
            request.Headers.Add("Authorization", "Bearer " + key);
            using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return (response.StatusCode, (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains("\"tenant_id\":\"one\"", StringComparison.Ordinal));
        }
    }
}
