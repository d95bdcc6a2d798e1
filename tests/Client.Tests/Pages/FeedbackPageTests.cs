using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Pages;

public sealed class FeedbackPageTests(PagesFixture fixture) : IClassFixture<PagesFixture>
{
    [Fact]
    public async Task Judge_ByOneKey_ForgetsWhatIsWrongAndKeepsWhatIsRight()
    {
        const string Kept = "Which desk lends umbrellas?";
        const string Forgotten = "Which desk sells stamps?";
        foreach (var question in new[] { Kept, Kept, Forgotten, Forgotten })
        {
            using var response = await fixture.Gateway.AskAsync(question, key: GatewayFixture.Acme);
        }

        var page = await fixture.SignInAsync(GatewayFixture.Acme);
        for (var patience = 0; patience < 100; patience++)
        {
            // Hits are noted beside their replies.
            await page.GotoAsync("/feedback");
            if (await page.Locator("[data-judge]").CountAsync() == 2)
                break;
        }

        Assert.Equal([Forgotten, Forgotten, Kept, Kept], await page.Locator("blockquote").AllInnerTextsAsync());
        await page.Locator("[data-judge]").First.FocusAsync();
        await page.Keyboard.PressAsync("w");
        await page.GetByText("forgotten and will not be given again").WaitForAsync();
        // The next one has the focus at once.
        await page.Keyboard.PressAsync("r");
        await page.GetByText("Counted as right").WaitForAsync();
        Assert.Equal(0, await page.Locator("[data-judge]").CountAsync());

        using var forgotten = await fixture.Gateway.AskAsync(Forgotten, key: GatewayFixture.Acme);
        using var kept = await fixture.Gateway.AskAsync(Kept, key: GatewayFixture.Acme);
        Assert.Equal(("miss", "exact"), (forgotten.Cache(), kept.Cache()));
    }
}
