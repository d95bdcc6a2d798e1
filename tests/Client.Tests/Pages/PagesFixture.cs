using Microsoft.Playwright;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Pages;

/// <summary>A gateway with some requests behind it, and the system's Chromium. Tests are skipped where there is none; test.sh installs it.</summary>
public sealed class PagesFixture : IAsyncLifetime
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal GatewayProcess Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:ShowText"] = "true";
        Gateway = await GatewayProcess.StartAsync(settings);
        if (Array.Find(Browsers, File.Exists) is not { } chromium)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        await Gateway.DisposeAsync();
    }

    /// <summary>A page of a browser of its own, with nothing kept from others.</summary>
    internal async Task<IPage> OpenAsync(ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        if (_browser is null)
            Assert.Skip("There is no Chromium: apt-get install chromium");
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Gateway.Url,
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        return page;
    }

    /// <summary>The same, signed in.</summary>
    internal async Task<IPage> SignInAsync(string key, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var page = await OpenAsync(scheme, width);
        await page.GotoAsync("/");
        await page.GetByLabel("Key").FillAsync(key);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(Gateway.Url + "/");
        return page;
    }

    /// <summary>Keeps a picture of the page in artifacts/screenshots.</summary>
    internal static async Task KeepAsync(IPage page, string name) =>
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository(), "artifacts", "screenshots", name + ".png"), FullPage = true });

    internal static string Repository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "OrleansLlm.sln")))
                return directory.FullName;
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
