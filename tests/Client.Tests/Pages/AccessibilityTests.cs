using Microsoft.Playwright;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Pages;

/// <summary>Every page against axe-core (WCAG 2.2 A and AA and its best practices), light and dark, wide and narrow.</summary>
public sealed class AccessibilityTests(PagesFixture fixture) : IClassFixture<PagesFixture>
{
    private static readonly string Axe = Path.Combine(Repository.Root, "tests", "Client.Tests", "Pages", "node_modules", "axe-core", "axe.min.js");

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Pages_InEveryForm_HaveNoViolations(ColorScheme scheme, int width)
    {
        if (!File.Exists(Axe))
            Assert.Skip("axe-core is not restored: npm ci --prefix tests/Client.Tests/Pages");
        var form = $"{scheme.ToString().ToLowerInvariant()}-{width}";
        var signIn = await fixture.OpenAsync(scheme, width);
        await signIn.GotoAsync("/sign-in");
        await CheckAsync(signIn, "sign-in-" + form);
        await SampleTraffic.SendAsync(fixture.Gateway);
        var page = await fixture.SignInAsync(GatewayFixture.Operator, scheme, width);
        await CheckAsync(page, "savings-" + form);
        await page.GotoAsync("/?days=30&tenant=acme");
        await CheckAsync(page, "savings-30-" + form);
        await page.GotoAsync("/feedback");
        await CheckAsync(page, "feedback-" + form);
        await page.GotoAsync("/playground");
        await page.Locator("#document").FillAsync(SampleTraffic.Document);
        await page.Locator("#question").FillAsync(SampleTraffic.Question);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await page.Locator("#result").WaitForAsync();
        await CheckAsync(page, "playground-" + form);
    }

    private static async Task CheckAsync(IPage page, string name)
    {
        await PagesFixture.KeepAsync(page, name);
        await page.EvaluateAsync(await File.ReadAllTextAsync(Axe, TestContext.Current.CancellationToken));
        var found = await page.EvaluateAsync<string>(
            "async () => JSON.stringify((await axe.run()).violations.map(v => ({ id: v.id, nodes: v.nodes.map(n => n.html + ' ' + n.failureSummary) })))");
        Assert.True(found == "[]", name + ": " + found);
        // Nothing but tables, which scroll in frames of their own, is wider than the screen.
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"), name + " scrolls sideways");
    }
}
