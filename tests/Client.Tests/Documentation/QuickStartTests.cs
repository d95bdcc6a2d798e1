using OrleansLlm.Client.Tests.Samples;

namespace OrleansLlm.Client.Tests.Documentation;

/// <summary>The quick starts of README.md, run as they stand there, but for the gateway's address.</summary>
public sealed class QuickStartTests(QuickStartTests.Running running) : IClassFixture<QuickStartTests.Running>
{
    private static readonly Dictionary<string, string> Nothing = [];

    private string Url => running.Gateway.Url;

    [Fact]
    public async Task CSharp_EachBlock_BuildsAndAnswers()
    {
        var blocks = await BlocksAsync("csharp");
        Assert.Equal(3, blocks.Count);
        var folder = Directory.CreateTempSubdirectory("orleansllm-quickstart-");
        try
        {
            await QuickStartProgram.WriteAsync(folder.FullName, [.. blocks.Select(b => b.At(Url))]);
            (await ProgramRun.OfAsync(folder.FullName, Nothing, "dotnet", "build", "-c", "Release", "-o", "out", "--nologo", "-v", "q")).Succeeded();
            var output = (await ProgramRun.OfAsync(folder.FullName, Nothing, "dotnet", Path.Combine("out", "QuickStart.dll"))).Succeeded();
            // An answer of each block, and the savings of the last.
            Assert.True(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length >= 4, output);
            Assert.Contains("Savings { Cache = ", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Node_OpenAi_Answers()
    {
        var block = (await BlocksAsync("js")).Single(static b => b.Text.Contains("'openai'", StringComparison.Ordinal));
        var folder = NodeFolder.Create();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "quickstart.mjs"), block.At(Url), TestContext.Current.CancellationToken);
            Assert.NotEmpty((await ProgramRun.OfAsync(folder.FullName, Nothing, "node", "quickstart.mjs")).Succeeded().Trim());
        }
        finally
        {
            NodeFolder.Delete(folder);
        }
    }

    private static async Task<List<CodeBlock>> BlocksAsync(string language) =>
        [.. (await CodeBlock.ReadAsync("README.md")).Where(b => b.Language == language && b.Text.Contains("127.0.0.1:8080", StringComparison.Ordinal))];

    public sealed class Running : IAsyncLifetime
    {
        internal GatewayProcess Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await GatewayProcess.StartAsync();

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
