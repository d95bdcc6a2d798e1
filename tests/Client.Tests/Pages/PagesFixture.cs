using Microsoft.Playwright;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Pages;

/// <summary>A gateway with some requests behind it, and the system's Chromium. Tests are skipped where there is none; test.sh installs it.</summary>
public class PagesFixture : IAsyncLifetime
{
    private Chromium? _chromium;

    internal GatewayProcess Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await GatewayProcess.StartAsync(Settings());
        await PrepareAsync();
        _chromium = await Chromium.LaunchAsync();
    }

    private protected virtual Dictionary<string, string?> Settings()
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:ShowText"] = "true";
        return settings;
    }

    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_chromium is not null)
            await _chromium.DisposeAsync();
        await Gateway.DisposeAsync();
    }

    /// <summary>A page of a browser of its own, with nothing kept from others.</summary>
    internal async Task<IPage> OpenAsync(ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        if (_chromium is null)
            Assert.Skip("There is no Chromium: apt-get install chromium");
        return await _chromium.OpenAsync(Gateway.Url, scheme, width);
    }

    /// <summary>The same, signed in.</summary>
    internal async Task<IPage> SignInAsync(string key, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var page = await OpenAsync(scheme, width);
        await page.GotoAsync("/");
        await page.GetByLabel("Key").FillAsync(key);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(Gateway.Url + "/", new() { Timeout = 60_000 });
        return page;
    }

    /// <summary>Keeps a picture of the page in artifacts/screenshots.</summary>
    internal static async Task KeepAsync(IPage page, string name) =>
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", name + ".png"), FullPage = true });
}
