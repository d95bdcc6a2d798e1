namespace OrleansLlm.Cluster.Tests.Documentation;

public sealed class SettingsPageTests
{
    /// <summary>Set to 1, it lets the test write the page anew.</summary>
    private const string Update = "ORLEANSLLM_UPDATE_DOCS";

    [Fact]
    public async Task SettingsPage_OptionsClasses_TellTheSame()
    {
        var path = Path.Combine(Repository.Root, "docs", "settings.md");
        var (text, uncommented) = SettingsPage.Make();
        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        Assert.Empty(uncommented);
        Assert.True(
            text == await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken),
            $"docs/settings.md is not what the options classes say. Run this test with {Update}=1 and commit the page.");
    }
}
