using Microsoft.Extensions.Configuration;
using OrleansLlm.Silo.Configuration;

namespace OrleansLlm.Client.Tests.Configuration;

public sealed class SettingSectionsTests
{
    [Theory]
    // Which .NET reads as 24, 7, 60 and 250 days, and as ten hours.
    [InlineData("OrleansLlm:Cache:TimeToLive", "24:00:00")]
    [InlineData("OrleansLlm:Cache:TimeToLive", "7")]
    [InlineData("OrleansLlm:Ledger:EntryRetention", "60")]
    [InlineData("OrleansLlm:Tenants:acme:CacheTimeToLive", "250")]
    [InlineData("OrleansLlm:Cache:TimeToLive", "10:00")]
    [InlineData("OrleansLlm:Cache:TimeToLive", "-1.00:00:00")]
    [InlineData("OrleansLlm:Cache:TimeToLive", "00:60:00")]
    [InlineData("OrleansLlm:Resilience:RetryDelay", "500ms")]
    public void Check_TimeThatMayMeanAnother_IsAProblemThatSaysHowToWriteOne(string key, string value)
    {
        var problem = Assert.Single(Check((key, value)));
        Assert.Contains($"'{key}' is '{value}'", problem, StringComparison.Ordinal);
        Assert.Contains("7.00:00:00", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OrleansLlm:Cache:TimeToLive", "23:59:59")]
    [InlineData("OrleansLlm:Cache:TimeToLive", "1.00:00:00")]
    [InlineData("OrleansLlm:Cache:TimeToLive", "5:00:00.5")]
    [InlineData("OrleansLlm:Cache:PendingTimeout", "0")]
    [InlineData("OrleansLlm:Gateway:RoutingTimeout", "00:00:00.1000000")]
    [InlineData("OrleansLlm:Layers:Cache", "shadow")]
    public void Check_ValueAsDocumented_IsTaken(string key, string value) => Assert.Empty(Check((key, value)));

    [Theory]
    // The binder takes numbers that stand for nothing, and several names at once.
    [InlineData("OrleansLlm:Layers:Cache", "7", "Off, Shadow, On")]
    [InlineData("OrleansLlm:Layers:Cache", "1", "Off, Shadow, On")]
    [InlineData("OrleansLlm:Tenants:acme:Routing", "On,Off", "Off, Shadow, On")]
    [InlineData("OrleansLlm:Budgets:UnpricedModels", "5", "Refuse")]
    public void Check_NoneOfTheNamedValues_IsAProblemThatListsThem(string key, string value, string names)
    {
        var problem = Assert.Single(Check((key, value)));
        Assert.Contains($"'{key}' is '{value}'", problem, StringComparison.Ordinal);
        Assert.Contains(names, problem, StringComparison.Ordinal);
    }

    [Theory]
    // One underscore where two belong, and slips in the first word: nothing would read them.
    [InlineData("OrleansLlm_Tenants:acme:Budgets:Day")]
    [InlineData("OrleansLlmTenants:acme:Budgets:Day")]
    [InlineData("OrleanLlm:Tenants:acme:Budgets:Day")]
    [InlineData("OrlaensLlm:Layers:Cache")]
    public void Check_SettingBesideTheRoot_IsAProblemThatNamesIt(string key) =>
        Assert.Contains($"'{key[..key.IndexOf(':', StringComparison.Ordinal)]}'", Assert.Single(Check((key, "5"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Orleans:ClusterId")]
    [InlineData("ORLEANSLLM_API_KEY")]
    [InlineData("Tenants:of:another:program")]
    public void Check_VariableOfSomebodyElse_IsNoProblem(string key) => Assert.Empty(Check((key, "5")));

    [Fact]
    public void Check_FileWithSectionsOutsideTheRoot_IsAProblemThatNamesThem()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{"Tenants":{"acme":{"Budgets":{"Day":5}}},"Logging":{"LogLevel":{"Default":"Warning"}},"OrleansLlm":{"Layers":{"Cache":"Off"}}}""");
        List<string> problems = [];
        OptionsSections.All.Check(new ConfigurationBuilder().AddJsonFile(file).Build(), problems);
        File.Delete(file);
        Assert.Contains("'Tenants' must stand within 'OrleansLlm'", Assert.Single(problems), StringComparison.Ordinal);
    }

    private static List<string> Check((string Key, string Value) setting)
    {
        List<string> problems = [];
        OptionsSections.All.Check(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(setting.Key, setting.Value)]).Build(), problems);
        return problems;
    }
}
