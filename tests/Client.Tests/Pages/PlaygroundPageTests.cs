using Microsoft.Playwright;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Pages;

public sealed class PlaygroundPageTests(PagesFixture fixture) : IClassFixture<PagesFixture>
{
    [Fact]
    public async Task Ask_WithADocument_ShowsWhatEachLayerDid()
    {
        var page = await fixture.SignInAsync(GatewayFixture.Acme);
        await page.GotoAsync("/playground");
        await page.Locator("#model").SelectOptionAsync("gpt-4o");
        await page.Locator("#document").FillAsync(SampleTraffic.Document);
        await AskAsync(page, SampleTraffic.Question);

        Assert.Equal("miss", await page.Locator("#cache-kind").InnerTextAsync());
        Assert.Equal("gpt-4o", await page.Locator("#route-model").InnerTextAsync());
        Assert.NotEmpty(await page.Locator(".answer").First.InnerTextAsync());
        var removed = await page.Locator(".prompt del").AllInnerTextsAsync();
        Assert.NotEmpty(removed);
        Assert.All(removed, static r => Assert.Contains(r.Trim(), SampleTraffic.Document.ReplaceLineEndings("\n"), StringComparison.Ordinal));
        Assert.DoesNotContain(removed, static r => r.Contains("45 days", StringComparison.Ordinal));
        Assert.Contains("45 days", await page.Locator(".prompt").InnerTextAsync(), StringComparison.Ordinal);

        // The ledger has the same money.
        var report = await fixture.Gateway.SavingsAsync(GatewayFixture.Acme);
        Assert.Equal(FigureFormat.SmallUsd(report.GetProperty("total").GetProperty("cost_usd").GetDecimal()), await page.Locator("#paid").InnerTextAsync());
    }

    [Fact]
    public async Task Ask_InOtherWords_ShowsTheCandidateBesideTheQuestion()
    {
        const string First = "How do I order a new cheque book?";
        var page = await fixture.SignInAsync(GatewayFixture.Globex);
        await page.GotoAsync("/playground");
        await AskAsync(page, First);
        await fixture.Gateway.StoredAsync(First, GatewayFixture.Globex, "auto");
        await AskAsync(page, "How can I order a new cheque book?");
        Assert.Equal("hit by meaning", await page.Locator("#cache-kind").InnerTextAsync());
        Assert.Equal(["How can I order a new cheque book?", First], await page.Locator("blockquote").AllInnerTextsAsync());
        await page.GetByLabel("Not from the cache").CheckAsync();
        await AskAsync(page, "How can I order a new cheque book?");
        Assert.NotEqual("hit by meaning", await page.Locator("#cache-kind").InnerTextAsync());
    }

    private static async Task AskAsync(IPage page, string question)
    {
        await page.Locator("#question").FillAsync(question);
        await page.EvaluateAsync("() => document.body.classList.add('before')");
        await page.Locator("#question").PressAsync("Control+Enter");
        await page.Locator("body:not(.before) #result").WaitForAsync();
    }
}
