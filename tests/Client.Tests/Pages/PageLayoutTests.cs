using Microsoft.Playwright;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Pages;

/// <summary>The savings page with a month of many tenants, with long names and with nothing to show: nothing overlaps, is cut off or leaves the screen.</summary>
public sealed class PageLayoutTests(HistoryFixture fixture) : IClassFixture<HistoryFixture>
{
    // Texts of charts that touch each other or leave their chart, headings that are cut off, and a page that is wider than its window.
    private const string Faults = """
        () => {
          const found = [];
          if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
          for (const svg of document.querySelectorAll('svg')) {
            const frame = svg.getBoundingClientRect();
            const texts = [...svg.querySelectorAll('text')].map(t => ({ text: t.textContent, box: t.getBoundingClientRect() }));
            for (const [i, a] of texts.entries()) {
              if (a.box.left < frame.left - 1 || a.box.right > frame.right + 1 || a.box.top < frame.top - 1 || a.box.bottom > frame.bottom + 1) found.push(`"${a.text}" leaves its chart`);
              for (const b of texts.slice(i + 1))
                if (a.box.left < b.box.right - 1 && b.box.left < a.box.right - 1 && a.box.top < b.box.bottom - 1 && b.box.top < a.box.bottom - 1) found.push(`"${a.text}" lies over "${b.text}"`);
            }
          }
          // On a wide screen no table needs to be scrolled.
          if (innerWidth >= 1280)
            for (const e of document.querySelectorAll('.scroll'))
              if (e.scrollWidth > e.clientWidth) found.push(`the table "${e.getAttribute('aria-label')}" is wider than the page`);
          for (const e of document.querySelectorAll('h1, h2, h3, p, button, .card, select'))
            if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline') found.push(`"${e.textContent.trim().slice(0, 40)}" is cut off`);
          return found;
        }
        """;

    private static readonly (string Name, string Path)[] s_views =
    [
        ("all-30", "/?days=30"), ("all-today", "/"), ("long-7", "/?days=7&tenant=" + HistoryFixture.LongTenant), ("acme-30", "/?days=30&tenant=acme"), ("idle", "/?tenant=" + HistoryFixture.Idle),
    ];

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 768)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task Savings_InEveryForm_NothingOverlapsOrIsCutOff(ColorScheme scheme, int width)
    {
        var page = await fixture.SignInAsync(GatewayFixture.Operator, scheme, width);
        foreach (var (name, path) in s_views)
        {
            await page.GotoAsync(path);
            await PagesFixture.KeepAsync(page, $"history-{name}-{scheme.ToString().ToLowerInvariant()}-{width}");
            var faults = await page.EvaluateAsync<string[]>(Faults);
            Assert.True(faults.Length == 0, $"{path}: {string.Join("; ", faults)}");
        }
    }

    [Fact]
    public async Task Feedback_OfManyTenants_HasTheLastByNameTooAndSaysWhoseItShows()
    {
        const string Last = "team-32";
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var response = await fixture.Gateway.AskAsync("Which door is the last?", key: "key-of-" + Last);
        }

        var page = await fixture.SignInAsync(GatewayFixture.Operator);
        // Hits are noted beside their replies.
        for (var patience = 0; patience < 100 && await page.Locator("[data-judge]", new() { HasText = Last }).CountAsync() == 0; patience++)
            await page.GotoAsync("/feedback");
        Assert.Equal(1, await page.Locator("[data-judge]", new() { HasText = Last }).CountAsync());
        Assert.Contains("all tenants", await page.Locator(".eyebrow").InnerTextAsync(), StringComparison.OrdinalIgnoreCase);
        await page.GotoAsync("/feedback?tenant=" + HistoryFixture.Idle);
        Assert.Contains($"Of {HistoryFixture.Idle}: every answer", await page.Locator(".start").InnerTextAsync(), StringComparison.Ordinal);

        // A verdict leads back to the tenant that was chosen.
        await page.GotoAsync("/feedback?tenant=" + Last);
        await page.Locator("[data-judge]").First.FocusAsync();
        await page.Keyboard.PressAsync("r");
        await page.GetByText("Counted as right").WaitForAsync();
        Assert.Equal(Last, await page.Locator("#tenant").InputValueAsync());
        Assert.Equal(0, await page.Locator("[data-judge]").CountAsync());
    }
}
