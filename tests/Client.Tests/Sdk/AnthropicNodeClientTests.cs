using System.Diagnostics;
using System.Text.Json;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Sdk;

/// <summary>Anthropic's client for Node, unchanged but for the address.</summary>
public sealed class AnthropicNodeClientTests
{
    private const string ToolStream = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-tools","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":30,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"city\": \"Pa"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"ris\"}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_2","name":"weather","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"city\":\"Rome\"}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":40}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    [Fact]
    public async Task Anthropic_PlainStreamedToolsErrorsAndAbort_Work()
    {
        var folder = Folder();
        if (folder is null || !Directory.Exists(Path.Combine(folder, "node_modules", "@anthropic-ai", "sdk")))
            Assert.Skip("The Node client is not restored: npm ci --prefix tests/Client.Tests/NodeAnthropic");
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Answer("What is the weather?", "text/event-stream", ToolStream);
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>(GatewayFixture.Tenants())
        {
            ["OrleansLlm:Providers:scripted:Kind"] = "Anthropic",
            ["OrleansLlm:Providers:scripted:Endpoint"] = upstream.Endpoint,
            ["OrleansLlm:Providers:scripted:Models:0"] = "claude-tools",
            ["OrleansLlm:Providers:simulator:Kind"] = "Simulator",
        });
        using var node = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList = { "messages.mjs", gateway.Url, GatewayFixture.Acme, "Which planet is the largest of the solar system?" },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await errors);

        using var result = JsonDocument.Parse(output);
        var root = result.RootElement;
        string? Text(params string[] path) => path.Aggregate(root, (e, name) => e.GetProperty(name)).ToString();
        Assert.Equal(("miss", "end_turn"), (Text("cache"), Text("stop")));
        Assert.StartsWith("req_", Text("requestId"), StringComparison.Ordinal);
        Assert.NotEmpty(Text("text")!);
        Assert.Equal(Text("text"), Text("streamed"));
        Assert.Equal(Text("text"), Text("final"));
        Assert.Equal(Text("usage", "output_tokens"), Text("finalUsage", "output_tokens"));
        Assert.Equal(Text("usage", "input_tokens"), Text("counted"));
        Assert.Equal("tool_use", Text("toolStop"));
        Assert.Equal(["toolu_1 Paris", "toolu_2 Rome"], root.GetProperty("tool").EnumerateArray().Select(t => t.GetProperty("id").GetString() + " " + t.GetProperty("input").GetProperty("city").GetString()));
        Assert.Equal(("AuthenticationError", "401", "authentication_error"), (Text("wrongKey", "name"), Text("wrongKey", "status"), Text("wrongKey", "type")));
        Assert.Equal(("529", "overloaded_error"), (Text("overloaded", "status"), Text("overloaded", "type")));
        Assert.Equal(("BadRequestError", "invalid_request_error"), (Text("unreadable", "name"), Text("unreadable", "type")));
        Assert.StartsWith("req_", Text("unreadable", "requestId"), StringComparison.Ordinal);
        Assert.Equal("APIUserAbortError", Text("aborted", "name"));
    }

    private static string? Folder()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, "tests", "Client.Tests", "NodeAnthropic");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
