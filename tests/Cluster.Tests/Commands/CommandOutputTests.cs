using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Silo.Commands;

namespace OrleansLlm.Cluster.Tests.Commands;

/// <summary>What every command prints: with <c>--json</c> one document on standard output and nothing else, without it plain text where it is piped.</summary>
public sealed class CommandOutputTests(CommandOutputTests.Running running) : IClassFixture<CommandOutputTests.Running>
{
    private const string GatewayUrl = "GATEWAY";
    private const string Nowhere = "http://127.0.0.1:1";

    // Each command by its path with arguments that it can do something with, and its exit code.
    private static readonly (string Command, string Arguments, int Code)[] s_uses =
    [
        ("replay", "log.jsonl", 0),
        ("explain", "Why? --url GATEWAY", 0),
        ("calibrate cache", "--data pairs.jsonl --max-error 0.2 --output own.json", 0),
        ("calibrate cache", "--data pairs.jsonl --output own.json", 3),
        ("calibrate router", "--golden questions.jsonl --output certificate.json", 3),
        // Too few to fit a head, which is said beside the document.
        ("calibrate router", "--golden questions.jsonl --fit --output fitted.json", 3),
        ("calibrate compress", "--golden documents.jsonl --model gpt-4o --rates 0.62", 3),
        ("cache import", "answers.jsonl --url GATEWAY", 0),
        ("cache export", "exported.jsonl --url GATEWAY", 0),
        ("cache invalidate", "--tag nothing --url GATEWAY", 0),
        ("savings", "--url GATEWAY", 0),
        ("ledger export", "ledger.csv --url GATEWAY", 0),
        ("prices diff", "prices.json", 3),
        ("prices import", "prices.json --output catalogue.json", 3),
        ("keys create", "made --url GATEWAY", 0),
        ("keys list", "--url GATEWAY", 0),
        ("keys rotate", "KEY --url GATEWAY", 0),
        ("keys revoke", "OTHER --url GATEWAY", 0),
        ("doctor", "", 0),
        ("completion", "zsh", 0),
    ];

    // The same with something wrong, and the code that tells what.
    private static readonly (string Command, string Arguments, int Code)[] s_misuses =
    [
        ("replay", "nowhere.jsonl", 66),
        ("explain", "Why? --url " + Nowhere, 69),
        ("explain", "", 1),
        ("calibrate cache", "--data nowhere.jsonl", 66),
        ("calibrate cache", "--data log.jsonl", 65),
        ("calibrate router", "--golden nowhere.jsonl", 66),
        ("calibrate compress", "--golden nowhere.jsonl --model gpt-4o", 66),
        ("cache import", "nowhere.jsonl", 66),
        ("cache export", "out.jsonl --url " + Nowhere, 69),
        ("cache invalidate", "", 1),
        ("savings", "--url " + Nowhere, 69),
        ("ledger export", "ledger.txt", 65),
        ("prices diff", "nowhere.json", 66),
        ("prices import", "log.jsonl", 65),
        ("keys create", "", 1),
        ("keys create", "x --budget day=5 --budget day=6 --url GATEWAY", 1),
        ("keys list", "--url " + Nowhere, 69),
        ("keys rotate", "0000000000000000 --url GATEWAY", 69),
        ("keys revoke", "0000000000000000 --url GATEWAY", 69),
        ("completion", "fish", 1),
    ];

    [Fact]
    public void Commands_EachOne_TakesJsonAndIsTriedHere()
    {
        var commands = Leaves(OrleansLlmCommand.Create(), "").ToList();
        Assert.All(commands, static c => Assert.Contains(CommandOutput.Json, c.Command.Options));
        // Serving has a test of its own below.
        Assert.Equal(commands.Select(static c => c.Path).Where(static p => p != "serve").Order(StringComparer.Ordinal), s_uses.Select(static u => u.Command).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Json_EachUse_IsOneDocument() => await EachAsync(s_uses, static (document, code) =>
        Assert.False(document.ValueKind == JsonValueKind.Object && document.TryGetProperty("error", out _), document.GetRawText()));

    [Fact]
    public async Task Json_EachMisuse_IsOneDocumentThatSaysWhatIsWrong() => await EachAsync(s_misuses, static (document, code) =>
    {
        var error = document.GetProperty("error");
        Assert.Equal(code, error.GetProperty("exit_code").GetInt32());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    });

    [Fact]
    public async Task Text_Piped_HasNoColourAndNoBar() => await EachRunAsync(
        [
            ("savings", "--url GATEWAY", 0), ("keys list", "--url GATEWAY", 0), ("explain", "Why? --url GATEWAY", 0), ("doctor", "", 0), ("replay", "log.jsonl", 0),
            ("cache import", "answers.jsonl --url GATEWAY --restart", 0),
        ],
        static (run, _) =>
        {
            Assert.NotEmpty(run.Output.Trim());
            Assert.DoesNotContain("\u001b", run.Output + run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("\r", run.Output + run.Errors, StringComparison.Ordinal);
        });

    [Fact]
    public async Task Serve_Json_TellsWhereItServes()
    {
        var url = "http://127.0.0.1:" + LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        using var gateway = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "orleansllm.dll"), "serve", "--json"])
        {
            WorkingDirectory = running.Folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ORLEANSLLM_URLS"] = url },
        })!;
        try
        {
            var log = gateway.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var text = new StringBuilder();
            while (await gateway.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                text.AppendLine(line);
                if (line == "}")
                    break;
            }

            using var document = JsonDocument.Parse(text.ToString());
            Assert.Equal(url, document.RootElement.GetProperty("url").GetString());
            Assert.Contains("simulator", document.RootElement.GetProperty("providers").GetString(), StringComparison.OrdinalIgnoreCase);
            Process.Start("kill", ["-TERM", gateway.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            Assert.Empty(await gateway.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
            await gateway.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, gateway.ExitCode);
            Assert.Contains("Stopped.", await log, StringComparison.Ordinal);
        }
        finally
        {
            if (!gateway.HasExited)
                gateway.Kill(entireProcessTree: true);
        }
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path)
    {
        if (command.Subcommands.Count == 0)
            yield return (path, command);
        foreach (var leaf in command.Subcommands.SelectMany(c => Leaves(c, path.Length == 0 ? c.Name : $"{path} {c.Name}")))
            yield return leaf;
    }

    private Task EachAsync(IEnumerable<(string Command, string Arguments, int Code)> runs, Action<JsonElement, int> check) =>
        EachRunAsync(runs.Select(static r => r with { Arguments = r.Arguments + " --json" }), (run, code) =>
        {
            using var document = JsonDocument.Parse(run.Output);
            check(document.RootElement, code);
        });

    // A process each; three at a time, since starting one is most of its work.
    private async Task EachRunAsync(IEnumerable<(string Command, string Arguments, int Code)> runs, Action<ProgramRun, int> check)
    {
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = TestContext.Current.CancellationToken }, async (use, _) =>
        {
            var run = await RunAsync(use.Command, use.Arguments);
            try
            {
                Assert.Equal(use.Code, run.ExitCode);
                check(run, use.Code);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or JsonException)
            {
                wrong.Add($"{use.Command} {use.Arguments}: {e.Message}\nended with {run.ExitCode}\n{run.Output}\n{run.Errors}");
            }
        });
        Assert.Empty(wrong);
    }

    private Task<ProgramRun> RunAsync(string command, string arguments) => CommandRun.OfAsync(
        running.Folder.FullName,
        [
            // The doctor looks at ports: not at those of a gateway that happens to run here.
            ("ORLEANSLLM_URLS", "http://127.0.0.1:" + LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
            // What asks questions that are graded takes no simulator in its own process.
            .. command == "calibrate compress" ? [("OrleansLlm__Providers__gateway__Endpoint", new Uri(running.Gateway.Http.BaseAddress!, "v1").ToString())] : Array.Empty<(string, string)>(),
        ],
        [
            .. command.Split(' '),
            .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(a => a.Replace(GatewayUrl, running.Gateway.Http.BaseAddress!.ToString(), StringComparison.Ordinal).Replace("KEY", running.KeyId, StringComparison.Ordinal).Replace("OTHER", running.OtherKeyId, StringComparison.Ordinal)),
        ]);

    /// <summary>A gateway, and a folder with something for each command.</summary>
    public sealed class Running : IAsyncLifetime
    {
        internal GatewayProgram Gateway { get; private set; } = null!;

        internal DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("orleansllm-output-");

        internal string KeyId { get; private set; } = null!;

        internal string OtherKeyId { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Gateway = await GatewayProgram.StartAsync("orleansllm.dll");
            using (var answer = await Gateway.AskAsync("Who signs a chargeback?"))
                answer.EnsureSuccessStatusCode();
            (KeyId, OtherKeyId) = (await CreateKeyAsync(), await CreateKeyAsync());
            var samples = Path.Combine(Documentation.Repository.Root, "samples");
            await WriteAsync("log.jsonl", File.ReadLines(Path.Combine(samples, "compliance.jsonl")).Take(3));
            await WriteAsync("pairs.jsonl", File.ReadLines(Path.Combine(samples, "pairs.jsonl")));
            await WriteAsync("questions.jsonl", Enumerable.Range(1, 8).Select(static i => $$"""{"question":"Which city is number {{i}}?","label":"simple"}"""));
            await WriteAsync("documents.jsonl", ["""{"context":"A chargeback takes 45 days.","question":"How long does a chargeback take?","answer":"45","grade":"contains"}"""]);
            await WriteAsync("answers.jsonl", ["""{"question":"Who countersigns?","answer":"The director."}""", "{}"]);
            // A list that lacks nearly every known price is refused.
            await WriteAsync("prices.json", ["""{"gpt-4o":{"input_cost_per_token":0.0000025,"output_cost_per_token":0.00001,"litellm_provider":"openai","mode":"chat"}}"""]);
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            Folder.Delete(recursive: true);
        }

        private async Task<string> CreateKeyAsync()
        {
            using var created = await Gateway.Http.PostAsJsonAsync("/admin/v1/keys", new { name = "tried" }, TestContext.Current.CancellationToken);
            return (await created.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("id").GetString()!;
        }

        private Task WriteAsync(string name, IEnumerable<string> lines) => File.WriteAllLinesAsync(Path.Combine(Folder.FullName, name), lines, TestContext.Current.CancellationToken);
    }
}
