using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Extensions;

/// <summary>The package as a user has it: packed, restored from a feed and used by the sample application.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task Pack_ThenTheSample_BuildsRunsAndAnswers()
    {
        var root = Root();
        Assert.SkipWhen(root is null, "The repository is not here.");
        var work = Directory.CreateTempSubdirectory("orleansllm-package-");
        // A version of its own, so that no earlier package is found in the machine's cache.
        var version = "0.1.0-test." + Guid.NewGuid().ToString("N");
        try
        {
            var feed = work.CreateSubdirectory("feed").FullName;
            foreach (var project in new[] { "core/Core.csproj", "grains.abstractions/Grains.Abstractions.csproj", "client.extensions/Client.Extensions.csproj" })
                await RunAsync(root!, "pack", project, "-c", "Release", "-o", feed, "-p:Version=" + version, "-p:ArtifactsPath=" + Path.Combine(work.FullName, "pack"), "--nologo", "-v", "q");
            var sample = work.CreateSubdirectory("sample").FullName;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(root!, "samples", "AspNetChat")))
                File.Copy(file, Path.Combine(sample, Path.GetFileName(file)));
            await RunAsync(sample, "build", "-c", "Release", "-o", "out", "-p:OrleansLlmVersion=" + version, "-p:RestoreAdditionalProjectSources=" + feed, "--nologo", "-v", "q");

            await using var gateway = await GatewayProcess.StartAsync();
            using var application = Start(sample, Path.Combine("out", "AspNetChat.dll"), "--urls", "http://127.0.0.1:0", "--OrleansLlm:Endpoint=" + gateway.Url + "/v1");
            try
            {
                var address = await AddressAsync(application);
                using var http = new HttpClient();
                var answer = await http.GetFromJsonAsync<JsonElement>(address + "/ask?question=Which+city+is+the+capital+of+Peru", TestContext.Current.CancellationToken);
                Assert.NotEmpty(answer.GetProperty("answer").GetString()!);
                Assert.Equal("miss", answer.GetProperty("savings").GetProperty("cache").GetString());
            }
            finally
            {
                application.Kill();
            }
        }
        finally
        {
            work.Delete(recursive: true);
            foreach (var name in new[] { "core", "grains.abstractions", "client.extensions" })
            {
                var cached = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages", "orleansllm." + name, version);
                if (Directory.Exists(cached))
                    Directory.Delete(cached, recursive: true);
            }
        }
    }

    private static async Task<string> AddressAsync(Process application)
    {
        const string Listening = "Now listening on: ";
        while (await application.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                return line[(at + Listening.Length)..].Trim();
        }

        throw new InvalidOperationException("The sample did not start: " + await application.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    private static Process Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static async Task RunAsync(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, string.Join(' ', arguments) + Environment.NewLine + output + await errors);
    }

    private static string? Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "OrleansLlm.sln")))
                return directory.FullName;
        }

        return null;
    }
}
