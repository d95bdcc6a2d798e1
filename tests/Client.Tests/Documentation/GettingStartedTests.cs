using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using OrleansLlm.Cluster.Tests;

namespace OrleansLlm.Client.Tests.Documentation;

/// <summary>
/// The shell blocks of docs/getting-started.md, run as they stand there, but for the gateway's address, a shorter sample log and a provider that is
/// another gateway. <c>run.sh</c> is the program without the build.
/// </summary>
public sealed partial class GettingStartedTests : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];
    private readonly DirectoryInfo _checkout = Directory.CreateTempSubdirectory("orleansllm-getting-started-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _checkout.Delete(recursive: true);

    [Fact]
    public async Task Page_Blocks_AreThoseThatAreRunHere() =>
        Assert.Equal(
            ["1. Start it", "2. See a saving", "3. What would it save you?", "4. Put it before your provider"],
            (await CodeBlock.ReadAsync("docs/getting-started.md")).Select(static b => b.Heading));

    [Fact]
    public async Task SeeASaving_TheSameInOtherWords_IsAnsweredFromTheCache()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var output = (await ProgramRun.OfAsync(_checkout.FullName, Nothing, "bash", "-c", (await BlockAsync("2.")).At(gateway.Url))).Succeeded();
        var what = CacheHeader().Matches(output).Select(static m => m.Groups["what"].Value).ToList();
        Assert.Equal(2, what.Count);
        Assert.Equal("miss", what[0]);
        // On a busy machine the answer may take longer than the page's second to be stored.
        Assert.Contains(what[1], new[] { "semantic", "pending" });
        Assert.NotEqual(0m, SavedHeader().Matches(output).Select(static m => decimal.Parse(m.Groups["usd"].Value, CultureInfo.InvariantCulture)).Last());
    }

    [Fact]
    public async Task WhatWouldItSave_SampleLog_PrintsTheBill()
    {
        await WriteProgramAsync();
        var samples = _checkout.CreateSubdirectory("samples").FullName;
        await File.WriteAllLinesAsync(
            Path.Combine(samples, "compliance.jsonl"), File.ReadLines(Path.Combine(Repository.Root, "samples", "compliance.jsonl")).Take(10), Cancelled);
        var output = (await ProgramRun.OfAsync(_checkout.FullName, Nothing, "bash", "-c", (await BlockAsync("3.")).Text)).Succeeded();
        Assert.Contains("10 requests", output, StringComparison.Ordinal);
        Assert.Contains("saved", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PutItBeforeYourProvider_Shadow_DoctorFindsNoFaultAndTheProviderAnswers()
    {
        await WriteProgramAsync();
        await using var provider = await GatewayProcess.StartAsync();
        var url = "http://127.0.0.1:" + LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        var block = (await BlockAsync("4.")).Text.Replace("OPENAI_API_KEY=…", "OPENAI_API_KEY=sk-any", StringComparison.Ordinal);
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", block])
        {
            WorkingDirectory = _checkout.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ORLEANSLLM_URLS"] = url, ["OrleansLlm__Providers__openai__Endpoint"] = provider.Url + "/v1" },
        })!;
        try
        {
            // The last command serves until it is ended; where it ends by itself, the doctor found something.
            var output = bash.StandardOutput.ReadToEndAsync(Cancelled);
            var errors = bash.StandardError.ReadToEndAsync(Cancelled);
            using var http = new HttpClient { BaseAddress = new Uri(url) };
            while (!await Readiness.OfAsync(http))
            {
                Assert.False(bash.HasExited, bash.HasExited ? await output + await errors : "");
                await Task.Delay(200, Cancelled);
            }

            for (var asked = 0; asked < 2; asked++)
            {
                using var answer = await http.PostAsJsonAsync(
                    "/v1/chat/completions", new { model = "gpt-4o", messages = new[] { new { role = "user", content = "Which city is the capital of Peru?" } } }, Cancelled);
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
                // In shadow the second one goes to the provider, too.
                Assert.Equal("miss", answer.Headers.GetValues("x-orleansllm-cache").Single());
                Assert.Equal("gpt-4o", answer.Headers.GetValues("x-orleansllm-model").Single());
            }
        }
        finally
        {
            bash.Kill(entireProcessTree: true);
            await bash.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<CodeBlock> BlockAsync(string heading) =>
        (await CodeBlock.ReadAsync("docs/getting-started.md")).Single(b => b.Heading.StartsWith(heading, StringComparison.Ordinal));

    private async Task WriteProgramAsync()
    {
        var path = Path.Combine(_checkout.FullName, "run.sh");
        await File.WriteAllTextAsync(
            path, $"#!/usr/bin/env bash\nexport ORLEANSLLM_DATA='{_checkout.FullName}/data'\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "orleansllm.dll")}' \"$@\"\n", Cancelled);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    [GeneratedRegex(@"^x-orleansllm-cache: (?<what>\w+)", RegexOptions.Multiline)]
    private static partial Regex CacheHeader();

    [GeneratedRegex(@"^x-orleansllm-saved-usd: (?<usd>[\d.]+)", RegexOptions.Multiline)]
    private static partial Regex SavedHeader();
}
