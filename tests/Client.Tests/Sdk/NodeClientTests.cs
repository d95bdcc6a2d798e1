using System.Diagnostics;
using System.Text.Json;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Sdk;

/// <summary>The official client for Node, unchanged but for the address.</summary>
public sealed class NodeClientTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task OpenAI_PlainStreamedModelsAndErrors_Work()
    {
        var folder = Folder();
        if (folder is null || !Directory.Exists(Path.Combine(folder, "node_modules", "openai")))
            Assert.Skip("The Node client is not restored: npm ci --prefix tests/Client.Tests/Node");
        using var node = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList = { "chat.mjs", fixture.Gateway.Url + "/v1", GatewayFixture.Acme, "Which planet is the largest of the solar system?" },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(node.ExitCode == 0, errors);
        using var result = JsonDocument.Parse(output);
        var root = result.RootElement;
        Assert.Equal("miss", root.GetProperty("cache").GetString());
        Assert.Equal(root.GetProperty("text").GetString(), root.GetProperty("streamed").GetString());
        Assert.True(root.GetProperty("usage").GetProperty("total_tokens").GetInt32() > 0);
        Assert.Contains(root.GetProperty("models").EnumerateArray(), m => m.GetString() == "auto");
        Assert.Equal(400, root.GetProperty("status").GetInt32());
        Assert.NotEmpty(root.GetProperty("responded").GetString()!);
        Assert.Equal(root.GetProperty("responded").GetString(), root.GetProperty("respondedText").GetString());
        Assert.True(root.GetProperty("respondedTokens").GetInt32() > 0);
        Assert.Equal([8, 8], root.GetProperty("dimensions").EnumerateArray().Select(d => d.GetInt32()));
    }

    internal static string? Folder()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, "tests", "Client.Tests", "Node");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
