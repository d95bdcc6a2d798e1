using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using OrleansLlm.Client.Tests.Pages;
using OrleansLlm.Cluster.Tests;

namespace OrleansLlm.Client.Tests.Documentation;

/// <summary>
/// From the clone to the first saved dollar in the page, with nothing but the commands of README.md's first section as they stand there: only the
/// repository's address and the gateway's port are others. By default the clone's build is the one that this test lies in; the long form
/// (<c>./test.sh --chaos</c>) builds the clone. Each step's time goes to artifacts/newcomer-path.txt.
/// </summary>
public sealed class NewcomerPathTests(ITestOutputHelper output) : IDisposable
{
    private const string Section = "Start";

    private static readonly bool s_builds = Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") is not null;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("orleansllm-newcomer-");
    private readonly StringBuilder _times = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task Readme_FromCloneToPage_ShowsTheFirstSavedDollar()
    {
        if (!Path.Exists(Path.Combine(Repository.Root, ".git")))
            Assert.Skip("These sources are no git repository: there is nothing to clone.");
        await using var chromium = await Chromium.LaunchAsync();
        if (chromium is null)
            Assert.Skip("There is no Chromium: apt-get install chromium");
        var blocks = (await CodeBlock.ReadAsync("README.md")).Where(static b => b.Heading == Section).ToList();
        var url = "http://127.0.0.1:" + LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        var whole = Stopwatch.StartNew();
        var step = Stopwatch.StartNew();
        using var gateway = Start(blocks[0].Text.Replace("ADDRESS", $"'{Repository.Root}'", StringComparison.Ordinal), url);
        var said = gateway.StandardOutput.ReadToEndAsync(Cancelled);
        var errors = gateway.StandardError.ReadToEndAsync(Cancelled);
        try
        {
            await WaitAsync(() => Task.FromResult(File.Exists(Path.Combine(_home.FullName, "orleansllm", "run.sh"))));
            Took("clone (files there)");
            if (s_builds)
            {
                await WaitAsync(() => Task.FromResult(File.Exists(Path.Combine(_home.FullName, "orleansllm", "artifacts", "bin", "Silo", "release", "orleansllm.dll"))));
                Took("build (program there)");
            }

            using var http = new HttpClient { BaseAddress = new Uri(url) };
            await WaitAsync(() => Readiness.OfAsync(http));
            Took("start (ready)");
            foreach (var expected in new[] { "miss", "exact" })
            {
                var answer = (await ProgramRun.OfAsync(_home.FullName, new Dictionary<string, string>(), "bash", "-c", blocks[1].At(url))).Succeeded();
                Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
                Assert.Contains("\"choices\"", answer, StringComparison.Ordinal);
                Assert.Contains("x-orleansllm-cache: " + expected, answer, StringComparison.Ordinal);
                Took($"ask ({expected})");
            }

            var page = await chromium.OpenAsync(url);
            var saved = 0m;
            await WaitAsync(async () =>
            {
                await page.GotoAsync("/");
                var headline = await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync();
                // Its entries come in batches: the page may still say that nothing was asked.
                saved = headline.StartsWith('$') ? decimal.Parse(headline.Split(' ')[0].TrimStart('$'), CultureInfo.InvariantCulture) : 0;
                return saved > 0;
            });
            Took($"page ({saved.ToString(CultureInfo.InvariantCulture)} USD saved)");
            await PagesFixture.KeepAsync(page, "newcomer");
            Assert.True(whole.Elapsed < s_patience);
        }
        finally
        {
            gateway.Kill(entireProcessTree: true);
            await gateway.WaitForExitAsync(CancellationToken.None);
        }

        _times.Append(CultureInfo.InvariantCulture, $"{whole.Elapsed.TotalSeconds,7:0.0} s in all, {(s_builds ? "with" : "without")} the clone's build\n");
        output.WriteLine(_times.ToString());
        await File.WriteAllTextAsync(Path.Combine(Repository.Root, "artifacts", "newcomer-path.txt"), _times.ToString(), Cancelled);

        void Took(string what)
        {
            _times.Append(CultureInfo.InvariantCulture, $"{step.Elapsed.TotalSeconds,7:0.0} s {what}\n");
            step.Restart();
        }

        async Task WaitAsync(Func<Task<bool>> isSo)
        {
            while (!await isSo())
            {
                Assert.False(gateway.HasExited, gateway.HasExited ? await said + await errors : "");
                Assert.True(whole.Elapsed < s_patience, _times.ToString());
                await Task.Delay(50, Cancelled);
            }
        }
    }

    private Process Start(string script, string url)
    {
        var start = new ProcessStartInfo("bash", ["-ec", script])
        {
            WorkingDirectory = _home.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ORLEANSLLM_URLS"] = url,
                // Build servers would outlive the test, with its pipes in hand.
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["UseSharedCompilation"] = "false",
            },
        };
        if (!s_builds)
            start.Environment["PATH"] = WriteBuiltAlready() + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        return Process.Start(start)!;
    }

    // A dotnet whose build takes the program that lies beside this test; all else goes to the real one.
    private string WriteBuiltAlready()
    {
        var folder = _home.CreateSubdirectory("built").FullName;
        var program = Path.Combine(folder, "dotnet");
        File.WriteAllText(program, $"""
            #!/usr/bin/env bash
            if [ "$1" = build ]; then
              bin="$(dirname "$2")/../artifacts/bin/Silo"
              mkdir -p "$bin"
              exec ln -s '{AppContext.BaseDirectory.TrimEnd('/')}' "$bin/release"
            fi
            PATH="$(cut -d: -f2- <<<"$PATH")" exec dotnet "$@"
            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return folder;
    }
}
