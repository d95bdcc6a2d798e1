using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Upstream;

namespace OrleansLlm.Cluster.Tests.Commands;

/// <summary>Commands that talk to a running gateway, each a process of its own.</summary>
public sealed class GatewayCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-commands-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task ExplainAndInvalidate_RunningGateway_TellAndForget()
    {
        const string question = "What is the notice period of a savings account?";
        await using var gateway = await GatewayProgram.StartAsync("orleansllm.dll");
        using (var stored = await gateway.AskAsync(question))
            Assert.Equal("miss", stored.Headers.GetValues("x-orleansllm-cache").Single());

        var explained = await RunAsync(gateway, "explain", question, "--model", "gpt-4o", "--json");
        Assert.Equal("exact", Kind(explained));
        var table = await RunAsync(gateway, "explain", question, "--model", "gpt-4o");
        Assert.Contains("exact", table.Output, StringComparison.Ordinal);
        Assert.Contains("instead of", table.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "body.json"), $$"""{"model":"gpt-4o","messages":[{"role":"user","content":"{{question}}"}]}""", TestContext.Current.CancellationToken);
        Assert.Equal("exact", Kind(await RunAsync(gateway, "explain", "--body", "body.json", "--json")));

        var forgotten = await RunAsync(gateway, "cache", "invalidate", "--all");
        Assert.Equal((0, "Forgotten, in the whole cluster."), (forgotten.ExitCode, forgotten.Output.Trim()));
        Assert.Equal("miss", Kind(await RunAsync(gateway, "explain", question, "--model", "gpt-4o", "--json")));
    }

    [Fact]
    public async Task Keys_CreateListRotateRevoke_DoWhatTheySay()
    {
        await using var gateway = await GatewayProgram.StartAsync("orleansllm.dll");
        var created = JsonDocument.Parse((await RunAsync(gateway, "keys", "create", "a key", "--budget", "day=5", "--model", "gpt-4o", "--json")).Output).RootElement;
        var (id, key) = (created.GetProperty("id").GetString()!, created.GetProperty("key").GetString()!);
        Assert.Equal(5m, created.GetProperty("budgets").GetProperty("day").GetDecimal());
        Assert.Equal(System.Net.HttpStatusCode.OK, await UseAsync(key));
        var listed = await RunAsync(gateway, "keys", "list");
        Assert.Contains(id, listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(key, listed.Output, StringComparison.Ordinal);
        var rotated = JsonDocument.Parse((await RunAsync(gateway, "keys", "rotate", id, "--json")).Output).RootElement.GetProperty("key").GetString()!;
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, await UseAsync(key));
        Assert.Equal(System.Net.HttpStatusCode.OK, await UseAsync(rotated));
        Assert.Contains("revoked", (await RunAsync(gateway, "keys", "revoke", id)).Output, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, await UseAsync(rotated));
        Assert.Equal(69, (await RunAsync(gateway, "keys", "revoke", "0000000000000000")).ExitCode);
        Assert.Equal(1, (await RunAsync(gateway, "keys", "create", "x", "--budget", "dya=5")).ExitCode);

        async Task<System.Net.HttpStatusCode> UseAsync(string text)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.Authorization = new("Bearer", text);
            using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Commands_WrongUse_EndWithTheirCodes()
    {
        Assert.Equal(69, (await CommandRun.OfAsync(_folder.FullName, "explain", "Hello there?", "--url", "http://127.0.0.1:1")).ExitCode);
        Assert.Equal(69, (await CommandRun.OfAsync(_folder.FullName, "cache", "invalidate", "--all", "--url", "http://127.0.0.1:1")).ExitCode);
        Assert.Equal(66, (await CommandRun.OfAsync(_folder.FullName, "explain", "--body", "nowhere.json")).ExitCode);
        var nothing = await CommandRun.OfAsync(_folder.FullName, "cache", "invalidate");
        Assert.Equal(1, nothing.ExitCode);
        Assert.Contains("--tag", nothing.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("calibrate", "cache", "--data", "input.json", "--output", "/proc/x.json")]
    [InlineData("calibrate", "router", "--golden", "input.json", "--output", "/proc/x.json")]
    [InlineData("calibrate", "compress", "--golden", "input.json", "--model", "gpt-4o", "--output", "/proc/x.json")]
    [InlineData("replay", "input.json", "--html", "/proc/x.html")]
    [InlineData("prices", "import", "input.json", "--output", "/proc/x.json")]
    public async Task Commands_OutputThatCannotBeWritten_SaySoBeforeAnythingIsDone(params string[] command)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "input.json"), "{}", TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync(_folder.FullName, command);
        Assert.True(run.ExitCode == 73, run.Output + run.Errors);
        Assert.Contains("cannot be written", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Commands_Interrupted_EndAsShellsExpect()
    {
        var provider = await FakeProvider.StartAsync(static context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "golden.jsonl"), """{"context":"The fee is 5 USD.","question":"What is the fee?","answer":"5"}""", TestContext.Current.CancellationToken);
        // A run of the tests in the background of a shell ignores the signal, and what it starts would.
        string[] command = ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "orleansllm.dll"), "calibrate", "compress", "--golden", "golden.jsonl", "--model", "gpt-4o"];
        using var run = Process.Start(new ProcessStartInfo("env", command)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardError = true,
            Environment = { ["OrleansLlm__Providers__p__Endpoint"] = provider.Url + "/v1" },
        })!;
        while (provider.Requests.IsEmpty)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Process.Start("kill", ["-INT", run.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
        var said = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        await provider.DisposeAsync();
        Assert.Equal((130, "Interrupted."), (run.ExitCode, said.Trim()));
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "compression-certificate.json")));
    }

    [Theory]
    [InlineData("<html>", "explain", "Hello there?")]
    [InlineData("<html>", "cache", "invalidate", "--all")]
    [InlineData("{}", "cache", "invalidate", "--all")]
    [InlineData("{}", "cache", "export", "answers.jsonl")]
    [InlineData("<html>", "keys", "create", "a key", "--json")]
    [InlineData("{}", "keys", "list", "--json")]
    [InlineData("{\"object\":\"list\"}", "keys", "revoke", "0000000000000000", "--json")]
    [InlineData("{}", "explain", "Hello there?", "--json")]
    [InlineData("{}", "savings", "--json")]
    [InlineData("{}", "cache", "import", "books.csv")]
    [InlineData("<html>", "ledger", "export", "books.csv")]
    [InlineData("{}", "ledger", "export", "books.csv")]
    public async Task Commands_AnotherProgramAnswers_SaySo(string answer, params string[] command)
    {
        await using var other = await FakeProvider.StartAsync(FakeProvider.Reply(200, answer, "text/html"));
        var books = Path.Combine(_folder.FullName, "books.csv");
        await File.WriteAllTextAsync(books, "yesterday's", TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync(_folder.FullName, [.. command, "--url", other.Url]);
        Assert.Equal(69, run.ExitCode);
        Assert.Contains("no gateway", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.Equal("yesterday's", await File.ReadAllTextAsync(books, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task LedgerExport_BreaksOff_LeavesYesterdaysFile()
    {
        await using var gateway = await FakeProvider.StartAsync(static async context =>
        {
            context.Response.ContentType = "text/csv; charset=utf-8";
            await context.Response.WriteAsync("request_id,at\nreq_1,", TestContext.Current.CancellationToken);
            await context.Response.Body.FlushAsync(TestContext.Current.CancellationToken);
            context.Abort();
        });
        var books = Path.Combine(_folder.FullName, "books.csv");
        await File.WriteAllTextAsync(books, "yesterday's", TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync(_folder.FullName, "ledger", "export", "books.csv", "--url", gateway.Url);
        Assert.Equal(69, run.ExitCode);
        Assert.Equal("yesterday's", await File.ReadAllTextAsync(books, TestContext.Current.CancellationToken));
        Assert.Equal([books], Directory.GetFiles(_folder.FullName));
    }

    [Theory]
    [InlineData("--max-error", "calibrate", "cache", "--data", "x", "--max-error", "abc")]
    [InlineData("--confidence", "calibrate", "cache", "--data", "x", "--confidence", "1")]
    [InlineData("--lowest", "calibrate", "router", "--golden", "x", "--lowest", "abc")]
    [InlineData("--rates", "calibrate", "compress", "--golden", "x", "--model", "m", "--rates", "0.5", "abc")]
    [InlineData("--all", "cache", "invalidate", "--tag", "doc-17", "--all")]
    public async Task Commands_OptionThatCannotBeMeant_IsNamed(string option, params string[] command)
    {
        var run = await CommandRun.OfAsync(_folder.FullName, command);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(option, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"message\":\"Not Found\"}")]
    public async Task PricesImport_ListWithoutAnyPrice_IsRefusedAndWritesNothing(string list)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "list.json"), list, TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync(_folder.FullName, "prices", "import", "list.json");
        Assert.Equal(65, run.ExitCode);
        Assert.Contains("list.json", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "prices.json")));
    }

    [Fact]
    public async Task Commands_DiskFull_SaySoWithoutAStack()
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("There is no /dev/full.");
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "log.jsonl"), """{"model":"gpt-4o","messages":[{"role":"user","content":"Hello?"}],"response":"Yes."}""", TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync(_folder.FullName, "replay", "log.jsonl", "--html", "/dev/full");
        Assert.Equal(73, run.ExitCode);
        Assert.Contains("/dev/full", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys", "list")]
    [InlineData("explain", "Who reads my key?")]
    [InlineData("savings")]
    public async Task Commands_KeyOverPlainHttpToAnotherMachine_IsNotSentUnlessSaid(params string[] command)
    {
        (string, string)[] key = [("ORLEANSLLM_API_KEY", "olk-canary-of-the-wire")];
        // TEST-NET-1 (RFC 5737): nobody is there.
        string[] there = [.. command, "--url", "http://192.0.2.1:9"];
        var refused = await CommandRun.OfAsync(_folder.FullName, key, there);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("ORLEANSLLM_API_KEY would travel in the clear", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", refused.Errors + refused.Output, StringComparison.Ordinal);
        // Loopback is no wire, and TLS closes one.
        Assert.Equal(69, (await CommandRun.OfAsync(_folder.FullName, key, [.. command, "--url", "http://localhost:1"])).ExitCode);
        Assert.Equal(69, (await CommandRun.OfAsync(_folder.FullName, key, [.. command, "--url", "https://localhost:1"])).ExitCode);
    }

    [Fact]
    public async Task Completion_Bash_CompletesCommands()
    {
        const string script = """
            PATH="$PWD:$PATH"
            source <(orleansllm completion bash)
            COMP_LINE="orleansllm ca"; COMP_POINT=13; COMP_WORDS=(orleansllm ca); COMP_CWORD=1
            _orleansllm
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.Equal(["cache", "calibrate"], (await CompleteAsync("bash", script)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public async Task Completion_Zsh_CompletesCommandsOptionsAndValues()
    {
        if (!File.Exists("/usr/bin/zsh"))
            Assert.Skip("There is no zsh: apt-get install zsh");
        // A shell that somebody types into: Ctrl-X writes down what Tab made of the line.
        const string script = """
            PATH="$PWD:$PATH"
            zmodload zsh/zpty
            zpty shell 'TERM=dumb zsh -f -i'
            zpty -w shell 'autoload -Uz compinit; compinit -u -D; source <(orleansllm completion zsh); tell() { print -r -- "$BUFFER" >> told; zle kill-whole-line }; zle -N tell; bindkey "^X" tell'
            count=0
            for typed in 'orleansllm calib' 'orleansllm keys cr' 'orleansllm keys rotate --over' 'orleansllm completion z'; do
              zpty -n -w shell "$typed"$'\t\x18'
              (( count += 1 ))
              until [[ -f told && $(wc -l < told) -ge $count ]]; do sleep 0.05; done
            done
            zpty -d shell
            cat told
            """;
        Assert.Equal(
            ["orleansllm calibrate", "orleansllm keys create", "orleansllm keys rotate --overlap", "orleansllm completion zsh"],
            (await CompleteAsync("zsh", script)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.TrimEnd()));
    }

    private async Task<string> CompleteAsync(string shell, string script)
    {
        var program = Path.Combine(_folder.FullName, "orleansllm");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "orleansllm.dll")}' \"$@\"\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        using var process = Process.Start(new ProcessStartInfo(shell, ["-c", script]) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true })!;
        try
        {
            var completions = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return completions;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string? Kind(ProgramRun run)
    {
        Assert.True(run.ExitCode == 0, run.Errors);
        return JsonSerializer.Deserialize<JsonElement>(run.Output).GetProperty("cache").GetProperty("kind").GetString();
    }

    private Task<ProgramRun> RunAsync(GatewayProgram gateway, params string[] arguments) =>
        CommandRun.OfAsync(_folder.FullName, [.. arguments, "--url", gateway.Http.BaseAddress!.ToString()]);
}
