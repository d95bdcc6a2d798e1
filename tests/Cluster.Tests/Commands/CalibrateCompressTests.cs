using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansLlm.Cluster.Tests.Upstream;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Compression;

namespace OrleansLlm.Cluster.Tests.Commands;

public sealed partial class CalibrateCompressTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-calibrate-compress-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Calibrate_FactsThatSurvive_NamesTheStrongestRate()
    {
        await using var provider = await StartAsync();
        await WriteAsync(Enumerable.Range(1, 40).Select(i => new { context = Document(i, $"The fee for case {i} is {i * 3} dollars."), question = $"What is the fee for case {i}?", answer = $"{i * 3}" }));
        var run = await RunAsync(provider, "--max-loss", "0.1", "--rates", "0.62", "0.25");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Contains("40 questions, 40 answered right", run.Output, StringComparison.Ordinal);
        Assert.Contains("OrleansLlm__Compression__KeepRate=0.25", run.Output, StringComparison.Ordinal);
        Assert.Equal(40 * 3, provider.Requests.Count);

        // The certificate as the command wrote it, under the settings that it ran with.
        Assert.Contains("QualityFloor=0.9", run.Output, StringComparison.Ordinal);
        var certificate = Path.Combine(_folder.FullName, "compression-certificate.json");
        var problems = new List<string>();
        var profiles = CompressionProfiles.Load(new CompressionOptions { QualityFloor = .9, Certificates = { certificate } }, new Dictionary<string, TenantOptions>(), hasTokenClassifier: false, problems);
        Assert.Empty(problems);
        Assert.Equal(.25, profiles.For("default", "gpt-4o").KeepRate);
    }

    [Fact]
    public async Task Calibrate_FactsThatAreLost_SupportsNoRate()
    {
        await using var provider = await StartAsync();
        // A question that needs every sentence.
        await WriteAsync(Enumerable.Range(1, 40).Select(i => new { context = Document(i, "Nobody works on Sundays."), question = $"What is the count of offices that open the desk for case {i}?", answer = "59" }));
        var run = await RunAsync(provider, "--max-loss", "0.1", "--rates", "0.25");
        Assert.True(run.ExitCode == 3, run.Output + run.Errors);
        Assert.Contains("support no rate", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "compression-certificate.json")));
    }

    [Fact]
    public async Task Calibrate_AnswersThatAreWrongAnyway_SupportNoRate()
    {
        await using var provider = await StartAsync();
        await WriteAsync(Enumerable.Range(1, 40).Select(i => new { context = Document(i, "Nobody works on Sundays."), question = $"What is the fee for case {i}?", answer = $"{i * 3}" }));
        var run = await RunAsync(provider, "--max-loss", "0.1", "--rates", "0.62");
        Assert.True(run.ExitCode == 3, run.Output + run.Errors);
        Assert.Contains("40 questions, 0 answered right", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "compression-certificate.json")));
    }

    [Fact]
    public async Task Calibrate_ProviderThatRefuses_SaysSoAndNamesNoRate()
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(401, "{\"error\":{\"message\":\"wrong key\"}}"));
        await WriteAsync([new { context = Document(1, "x"), question = "What is the fee?", answer = "3" }]);
        var run = await RunAsync(provider);
        Assert.Equal(69, run.ExitCode);
        Assert.Contains("refuses the gateway's key", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibrate_KeyThatIsNotThere_NamesTheSetting()
    {
        await WriteAsync([new { context = Document(1, "x"), question = "What is the fee?", answer = "3" }]);
        var run = await CommandRun.OfAsync(
            _folder.FullName, [("OrleansLlm__Providers__openai__ApiKeyVariable", "NO_SUCH_VARIABLE")], ["calibrate", "compress", "--golden", "golden.jsonl", "--model", "gpt-4o"]);
        Assert.True(run.ExitCode == 78, run.Output + run.Errors);
        Assert.Contains("OrleansLlm:Providers:openai:ApiKeyVariable names 'NO_SUCH_VARIABLE'", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibrate_LinesThatAreNoQuestions_NamesThem()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "golden.jsonl"), "{\"context\":\"x\",\"question\":\"y\",\"answer\":\"z\"}\n{\"question\":\"y\"}\n{\"context\":\"x\",\"question\":\"y\",\"answer\":\"z\",\"grade\":\"7\"}\n{\"context\":\"x\",\"question\":\"y\",\"answer\":\"z\",\"grade\":\"numeric\"}\n", TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync(_folder.FullName, "calibrate", "compress", "--golden", "golden.jsonl", "--model", "gpt-4o");
        Assert.Equal(65, run.ExitCode);
        Assert.Contains("line 2:", run.Errors, StringComparison.Ordinal);
        Assert.Contains("line 3:", run.Errors, StringComparison.Ordinal);
        Assert.Contains("line 4:", run.Errors, StringComparison.Ordinal);
        Assert.Equal(66, (await CommandRun.OfAsync(_folder.FullName, "calibrate", "compress", "--golden", "missing.jsonl", "--model", "gpt-4o")).ExitCode);
    }

    // Answers with what the prompt says a case costs, as it stands in the prompt that arrives.
    private static Task<FakeProvider> StartAsync() => FakeProvider.StartAsync(async context =>
    {
        var body = (string)context.Items[FakeProvider.BodyItem]!;
        var fact = Regex.Match(body, $@"fee for case {Asked().Match(body).Groups[1].Value} is (\d+) dollars");
        var answer = body.Contains("What is the count", StringComparison.Ordinal) ? $"{Regex.Count(body, "Office")} offices."
            : fact.Success ? $"It is {fact.Groups[1].Value}." : "The documents do not say.";
        await FakeProvider.Reply(200, JsonSerializer.Serialize(new
        {
            model = "gpt-4o", choices = new[] { new { index = 0, message = new { role = "assistant", content = answer }, finish_reason = "stop" } },
        }))(context);
    });

    private static string Document(int seed, string fact) => string.Join(' ', Enumerable.Range(0, 60).Select(
        i => i == 17 ? fact : $"Office {seed + i} opens the desk for fee questions of case workers at {8 + (i % 3)} in the morning."));

    private Task<ProgramRun> RunAsync(FakeProvider provider, params string[] more) => CommandRun.OfAsync(
        _folder.FullName,
        [("OrleansLlm__Providers__p__Kind", "OpenAI"), ("OrleansLlm__Providers__p__Endpoint", provider.Url + "/v1"), ("OrleansLlm__Providers__p__ApiKeyVariable", "FAKE_KEY"), ("FAKE_KEY", "k")],
        ["calibrate", "compress", "--golden", "golden.jsonl", "--model", "gpt-4o", .. more]);

    private Task WriteAsync(IEnumerable<object> rows) =>
        File.WriteAllLinesAsync(Path.Combine(_folder.FullName, "golden.jsonl"), rows.Select(r => JsonSerializer.Serialize(r)), TestContext.Current.CancellationToken);

    [GeneratedRegex(@"Question: What is the fee for case (\d+)\?")]
    private static partial Regex Asked();
}
