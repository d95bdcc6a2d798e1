using System.Globalization;
using Microsoft.Playwright;
using OrleansLlm.Client.Tests.EndToEnd;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Client.Tests.Pages;

public sealed class SavingsPageTests(PagesFixture fixture) : IClassFixture<PagesFixture>
{
    [Fact]
    public async Task Show_AfterRequests_HasTheLedgersFigures()
    {
        await SampleTraffic.SendAsync(fixture.Gateway);
        var page = await fixture.SignInAsync(GatewayFixture.Acme);
        var midnight = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'00:00:00'Z'", CultureInfo.InvariantCulture);
        var report = await fixture.Gateway.SavingsAsync(GatewayFixture.Acme, "?from=" + midnight);
        await page.ReloadAsync();

        var total = report.GetProperty("total");
        var saved = total.GetProperty("saved");
        var usd = FigureFormat.Rounded(new MoneyWaterfall(
            total.GetProperty("baseline_usd").GetDecimal(), saved.GetProperty("cache").GetDecimal(), saved.GetProperty("routing").GetDecimal(),
            saved.GetProperty("compression").GetDecimal(), total.GetProperty("cost_usd").GetDecimal()));
        Assert.True(usd.Baseline > usd.Actual && usd.Cache > 0);
        string[] expected =
        [
            .. WaterfallBar.Of(usd).Select(b => FigureFormat.Usd(b.IsTotal ? b.Amount : -b.Amount, FigureFormat.Digits(usd))),
        ];
        Assert.Equal(expected, await page.Locator("#waterfall td:nth-child(2)").AllInnerTextsAsync());
        Assert.Equal(expected, await page.Locator("svg.waterfall text.value").AllTextContentsAsync());

        var hits = total.GetProperty("exact_hits").GetInt64() + total.GetProperty("semantic_hits").GetInt64() + total.GetProperty("pending_hits").GetInt64();
        var lookedUp = hits + total.GetProperty("misses").GetInt64();
        Assert.StartsWith(FigureFormat.Percent((double)hits / lookedUp), await page.Locator("#hit-rate").InnerTextAsync(), StringComparison.Ordinal);
        // Each hour's bar stands in the table with its figures.
        await page.GetByText("The same as a table").ClickAsync();
        var hours = await page.Locator("#over-time tbody tr td:nth-child(4)").AllInnerTextsAsync();
        Assert.Equal(hits, hours.Sum(static h => long.Parse(h, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));
        Assert.Equal(hours.Count, await page.Locator("svg.columns").Last.Locator("rect.behind").CountAsync());
        Assert.Contains("simulator", await page.Locator(".notes").InnerTextAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Show_TenantAdmin_SeesNothingOfAnother()
    {
        await SampleTraffic.SendAsync(fixture.Gateway);
        var page = await fixture.SignInAsync(GatewayFixture.Acme);
        Assert.DoesNotContain("globex", await page.ContentAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await page.Locator("#tenants").CountAsync());
        foreach (var path in new[] { "/?tenant=globex", "/live?tenant=globex", "/?tenant=nobody" })
        {
            var response = await page.APIRequest.GetAsync(path);
            Assert.Equal(404, response.Status);
            Assert.DoesNotContain("Spain", await response.TextAsync(), StringComparison.Ordinal);
        }

        await page.GotoAsync("/feedback");
        Assert.DoesNotContain("globex", await page.ContentAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Show_Operator_SeesTenantsAndOnlyTheirHashes()
    {
        await SampleTraffic.SendAsync(fixture.Gateway);
        using var hit = await fixture.Gateway.AskAsync("What is the capital of Spain?", model: "auto", key: GatewayFixture.Globex);
        using var once = await fixture.Gateway.AskAsync("Which strait is the narrowest?", key: GatewayFixture.Acme);
        _ = await fixture.Gateway.SavingsAsync(GatewayFixture.Operator);
        var page = await fixture.SignInAsync(GatewayFixture.Operator);
        Assert.Equal(["acme", "globex", "ops"], await page.Locator("#tenants tbody th").AllInnerTextsAsync());
        await page.Locator("#tenant").SelectOptionAsync("globex");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        Assert.Equal(["globex"], await page.Locator("#promise tbody th").AllInnerTextsAsync());
        // Globex has not opted in to words, acme has.
        Assert.DoesNotContain("Spain", await page.ContentAsync(), StringComparison.Ordinal);
        await page.GotoAsync("/?tenant=acme");
        Assert.Contains("What is the capital of France?", await page.Locator("#by-count").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("What is the capital of France?", await page.Locator("#by-money").InnerTextAsync(), StringComparison.Ordinal);
        // A question that nobody repeated counts, too: by its hash, since the ledger keeps no words and the cache gave it to nobody.
        Assert.True(await page.Locator("#by-money code").CountAsync() > 0);
    }

    [Fact]
    public async Task Show_LabelledHits_BoundsTheWrongOnesByDay()
    {
        var risk = fixture.Gateway.Services.GetRequiredService<IClusterClient>().GetGrain<IRiskGrain>("globex");
        foreach (var verdict in Enumerable.Repeat(AnswerVerdict.Equivalent, 120).Append(AnswerVerdict.Different))
            await risk.AddComparisonAsync(new RiskComparison { Verdict = verdict, Score = 0.97, ServedFrom = 0.9, HitShare = 1, MissShare = 1 });
        var status = await risk.GetAsync();
        Assert.True(status.Labels > 0 && status.UpperBound is > 0 and < 1);
        var page = await fixture.SignInAsync(GatewayFixture.Globex);
        await page.GotoAsync("/?days=7");
        Assert.Equal(FigureFormat.Percent(status.UpperBound), await page.Locator("#promise td:nth-child(5)").InnerTextAsync());
        // Two where midnight has just passed.
        Assert.InRange(await page.Locator(".bounds rect.front").CountAsync(), 1, 2);
        Assert.Contains($"at most {FigureFormat.Percent(status.UpperBound)} wrong by {status.Labels} labels", await page.Locator(".bounds title").Last.TextContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_NewRequest_Appears()
    {
        var page = await fixture.SignInAsync(GatewayFixture.Globex);
        await page.Locator("#live").WaitForAsync();
        using var response = await fixture.Gateway.AskAsync("Which harbour is the deepest?", model: "gpt-4.1", key: GatewayFixture.Globex);
        await page.Locator("#live").GetByText("gpt-4.1").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        Assert.Equal("true", await page.Locator("#pause").GetAttributeAsync("aria-pressed"));
    }

    [Fact]
    public async Task Pages_ByKeyboard_AreReachedAndUsed()
    {
        var page = await fixture.OpenAsync();
        await page.GotoAsync("/feedback");
        // Chromium gives the field its focus with the page's first frame, which may come after its load event.
        await page.Locator("input[type=password]:focus").WaitForAsync();
        await page.Keyboard.TypeAsync(GatewayFixture.Acme);
        await page.Locator(":focus").PressAsync("Enter");
        await ArriveAsync(page, "/feedback");
        await TabToAsync(page, "Skip to content");
        await page.Locator(":focus").PressAsync("Enter");
        Assert.Equal("content", await page.EvaluateAsync<string>("() => document.activeElement.id"));
        await page.GotoAsync("/");
        await TabToAsync(page, "Playground");
        await page.Locator(":focus").PressAsync("Enter");
        await ArriveAsync(page, "/playground");
        await TabToAsync(page, "question");
        await page.Keyboard.TypeAsync("Which sea is the saltiest?");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Locator("#result").WaitForAsync();
        await TabToAsync(page, "Savings");
        await page.Locator(":focus").PressAsync("Enter");
        await ArriveAsync(page, "/");
        await TabToAsync(page, "7 days");
        await page.Locator(":focus").PressAsync("Enter");
        await ArriveAsync(page, "/?days=7");
        await TabToAsync(page, "Sign out");
        await page.Locator(":focus").PressAsync("Enter");
        await ArriveAsync(page, "/sign-in");
        await page.GotoAsync("/");
        Assert.EndsWith("/sign-in?return=%2F", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_Load_LittleAndFromHereAlone()
    {
        await SampleTraffic.SendAsync(fixture.Gateway);
        var page = await fixture.SignInAsync(GatewayFixture.Operator);
        var complaints = new List<string>();
        var sizes = new Dictionary<string, long>();
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.RequestFinished += async (_, request) =>
        {
            var size = await request.SizesAsync();
            lock (sizes)
                sizes[request.Url] = size.ResponseBodySize + size.ResponseHeadersSize;
        };
        foreach (var path in new[] { "/?days=30", "/playground", "/feedback" })
        {
            var response = await page.GotoAsync(path);
            var policy = response!.Headers["content-security-policy"];
            Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("no-store", response.Headers["cache-control"]);
        }

        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        lock (sizes)
        {
            Assert.All(sizes.Keys, url => Assert.StartsWith(fixture.Gateway.Url, url, StringComparison.Ordinal));
            Assert.InRange(sizes.Values.Sum(), 1, 200 * 1024);
        }

        Assert.Empty(complaints);
    }

    // Waiting for an address with its load event hangs where the event comes between the two.
    private async Task ArriveAsync(IPage page, string path)
    {
        await Assertions.Expect(page).ToHaveURLAsync(fixture.Gateway.Url + path, new() { Timeout = 60_000 });
        while (await page.EvaluateAsync<string>("() => document.readyState") == "loading")
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    // Presses Tab until the element with this text or id has the focus.
    private static async Task TabToAsync(IPage page, string target)
    {
        for (var i = 0; i < 60; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("t => { const e = document.activeElement; return e.id === t || e.textContent.trim() === t; }", target))
                return;
        }

        Assert.Fail($"'{target}' is not reached by Tab");
    }
}
