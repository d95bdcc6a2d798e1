using OrleansLlm.Silo.Commands;

namespace OrleansLlm.Cluster.Tests.Documentation;

public sealed class CommandPageTests
{
    /// <summary>Set to 1, it lets the test write the page anew.</summary>
    private const string Update = "ORLEANSLLM_UPDATE_DOCS";

    [Fact]
    public async Task CommandPage_Commands_TellTheSame()
    {
        var path = Path.Combine(Repository.Root, "docs", "commands.md");
        var text = CommandPage.Make();
        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        Assert.True(
            text == await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken),
            $"docs/commands.md is not what the commands say. Run this test with {Update}=1 and commit the page.");
    }

    [Fact]
    public void CommandPage_ExitCodes_AreAllThere() => Assert.All(
        typeof(ExitCode).GetFields().Select(static f => (int)f.GetRawConstantValue()!), static code => Assert.Contains($"\n| {code} | ", CommandPage.Make(), StringComparison.Ordinal));
}
