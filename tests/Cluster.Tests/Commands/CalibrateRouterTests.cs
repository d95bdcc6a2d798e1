using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.Upstream;

namespace OrleansLlm.Cluster.Tests.Commands;

public sealed class CalibrateRouterTests : IDisposable
{
    private static readonly string[] Places =
        ["France", "Spain", "Italy", "Norway", "Poland", "Greece", "Austria", "Peru", "Chile", "Kenya", "Ghana", "Egypt", "Japan", "Nepal", "Cuba", "Malta", "Oman", "Iraq", "Fiji", "Mali"];

    private static readonly string[] Asked = ["capital", "largest river", "currency", "national flag", "official language", "population", "head of state", "highest mountain"];

    // A busy test machine must not turn a score into a skipped layer.
    private static readonly (string, string)[] Patience = [("OrleansLlm__Gateway__RoutingTimeout", "00:00:20"), ("OrleansLlm__Gateway__CacheTimeout", "00:00:20")];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-calibrate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Calibrate_OwnQuestions_WritesACertificateThatTheGatewayUses()
    {
        await WriteAsync("golden.jsonl", Golden());
        var run = await CommandRun.OfAsync(_folder.FullName, "calibrate", "router", "--golden", "golden.jsonl", "--output", "own.json");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        var file = Path.Combine(_folder.FullName, "own.json");
        var certificate = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).RootElement;
        var threshold = certificate.GetProperty("threshold").GetDouble();
        Assert.InRange(threshold, 0.80, 0.95);
        Assert.True(certificate.GetProperty("upperBound").GetDouble() <= 0.05);
        Assert.Equal("Platt", certificate.GetProperty("calibration").GetProperty("kind").GetString());

        double before;
        await using (var plain = await GatewayProgram.StartAsync("orleansllm.dll", Patience))
            before = (await ExplainAsync(plain)).GetProperty("probability").GetDouble();
        await using var gateway = await GatewayProgram.StartAsync("orleansllm.dll", [.. Patience, ("OrleansLlm__Routing__Certificate", file)]);
        var route = await ExplainAsync(gateway);
        Assert.Equal(threshold, route.GetProperty("threshold").GetDouble());
        Assert.NotEqual(before, route.GetProperty("probability").GetDouble());
        var logit = Math.Log(before / (1 - before));
        var map = certificate.GetProperty("calibration");
        Assert.Equal(
            1 / (1 + Math.Exp(-((map.GetProperty("slope").GetDouble() * logit) + map.GetProperty("offset").GetDouble()))), route.GetProperty("probability").GetDouble(), 4);
    }

    /// <summary>What the gateway keeps up whatever its score is no evidence for a threshold, unless the score is to decide.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calibrate_CostlyQuestions_AreLeftOutWhereTheGatewayKeepsThemUp(bool keepUp)
    {
        await WriteAsync("golden.jsonl", Golden().Concat(Enumerable.Range(12, 20).Select(object (i) => new { question = $"How much ibuprofen may a child of {i} kg have?", label = "simple" })));
        var run = await CommandRun.OfAsync(
            _folder.FullName, [("OrleansLlm__Routing__KeepUpHighStakes", keepUp ? "true" : "false"), ("OrleansLlm__Routing__KeepUpCalculations", "false")],
            "calibrate", "router", "--golden", "golden.jsonl", "--output", "own.json");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        var leftOut = Regex.Match(run.Errors, @"(\d+) questions are left out: the gateway routes them up");
        Assert.Equal(keepUp, leftOut.Success);
        // The heads may see one of the look-ups among them, and miss one that they should not.
        Assert.InRange(keepUp ? int.Parse(leftOut.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 20, 18, 30);
    }

    [Fact]
    public async Task Start_CertificateOfAnotherModel_StopsAndSaysSo()
    {
        await WriteAsync("golden.jsonl", Golden());
        Assert.Equal(0, (await CommandRun.OfAsync(_folder.FullName, "calibrate", "router", "--golden", "golden.jsonl", "--output", "own.json")).ExitCode);
        var own = OrleansLlm.Core.Routing.RouterCertificate.Read(await File.ReadAllBytesAsync(Path.Combine(_folder.FullName, "own.json"), TestContext.Current.CancellationToken));
        var other = Path.Combine(_folder.FullName, "other.json");
        await File.WriteAllBytesAsync(other, (own with { Model = "router@1999.01+000000000000/embedder@1999.01+000000000000" }).ToUtf8Json(), TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => GatewayProgram.StartAsync("orleansllm.dll", ("OrleansLlm__Routing__Certificate", other)));
        Assert.Contains("OrleansLlm:Routing:Certificate is of the model router@1999.01", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibrate_LabelsThatTheShippedRouterDoesNotKnow_FitsAHeadThatTheGatewayUses()
    {
        // What is hard here is geography; the shipped router takes both kinds for lookups.
        await WriteAsync("golden.jsonl", Places.SelectMany((place, i) => Asked.SelectMany((asked, j) => new object[]
        {
            new { question = $"What is the {asked} of {place}?", weak_ok = 0 },
            new { question = $"Tell me the {asked} of {place}.", weak_ok = 0 },
            new { question = $"Which colour goes with a {asked} of size {i + 1} and style {j + 1}?", weak_ok = 1 },
            new { question = $"Which fabric goes with a {asked} of size {i + 1} and style {j + 1}?", weak_ok = 1 },
        })));
        var run = await CommandRun.OfAsync(_folder.FullName, "calibrate", "router", "--golden", "golden.jsonl", "--fit", "--max-misroute", "0.1");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        var (head, certificate) = (Path.Combine(_folder.FullName, "router-head.json"), Path.Combine(_folder.FullName, "router-certificate.json"));
        Assert.True(File.Exists(head), run.Output);
        await using var gateway = await GatewayProgram.StartAsync("orleansllm.dll", [.. Patience, ("OrleansLlm__Routing__Head", head), ("OrleansLlm__Routing__Certificate", certificate)]);
        Assert.Equal("NotClearlySimple", (await ExplainAsync(gateway, "What is the capital of Sweden?")).GetProperty("reason").GetString());
        Assert.Equal("Simple", (await ExplainAsync(gateway, "Which colour goes with a currency of size 5 and style 4?")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Calibrate_TooFewQuestions_WritesNothingAndSaysHowManyMore()
    {
        await WriteAsync("few.jsonl", Golden().Take(60));
        var run = await CommandRun.OfAsync(_folder.FullName, "calibrate", "router", "--golden", "few.jsonl", "--output", "own.json");
        Assert.Equal(3, run.ExitCode);
        // The console breaks lines where it likes.
        Assert.Contains("more questions of this kind would", run.Output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "own.json")));
    }

    [Fact]
    public async Task Calibrate_UnlabelledWithRun_AsksBothTiersAndKeepsTheLabels()
    {
        // In whole sentences: the cheap tier knows France alone, and of Mali neither knows.
        await using var provider = await FakeProvider.StartAsync(context =>
        {
            var body = JsonDocument.Parse((string)context.Items[FakeProvider.BodyItem]!).RootElement;
            var asked = body.GetProperty("messages")[0].GetProperty("content").GetString()!;
            var isWeak = body.GetProperty("model").GetString() == "gpt-4o-mini";
            var knows = !asked.Contains("Mali", StringComparison.Ordinal) && (!isWeak || asked.Contains("France", StringComparison.Ordinal));
            return FakeProvider.Reply(200, $$$"""{"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"The right word is {{{(knows ? "Known" : "guessed")}}}, I believe."},"finish_reason":"stop"}]}""")(context);
        });
        await WriteAsync("open.jsonl", Places.Select(place => new { question = $"What is the capital of {place}?", answer = "known" }));
        Assert.Equal(65, (await CommandRun.OfAsync(_folder.FullName, "calibrate", "router", "--golden", "open.jsonl")).ExitCode);
        // Nor does the simulator, whose answers say nothing.
        var invented = await CommandRun.OfAsync(_folder.FullName, "calibrate", "router", "--golden", "open.jsonl", "--run");
        Assert.Equal(69, invented.ExitCode);
        Assert.Contains("simulator", invented.Errors, StringComparison.Ordinal);
        var run = await CommandRun.OfAsync(_folder.FullName, [("OrleansLlm__Providers__p__Endpoint", provider.Url + "/v1")], "calibrate", "router", "--golden", "open.jsonl", "--run");
        Assert.True(run.ExitCode == 3, run.Output + run.Errors);
        Assert.Contains("answered 19 of 20 questions", run.Output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("1 questions have no label: neither tier gave the right answer, and there is no --judge.", run.Errors, StringComparison.Ordinal);
        var labels = (await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "open.graded.jsonl"), TestContext.Current.CancellationToken))
            .Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(r => r.GetProperty("question").GetString()!, r => r.GetProperty("label").GetString());
        Assert.Equal(19, labels.Count);
        Assert.Equal(["What is the capital of France?"], labels.Where(l => l.Value == "simple").Select(l => l.Key));
    }

    [Fact]
    public async Task Calibrate_QuestionsThatAreNotEnglish_LeavesThemOutAndSaysSo()
    {
        await WriteAsync("mixed.jsonl", Golden().Take(60).Append(new { question = "¿Cuál es la capital de los Estados Unidos?", label = "simple" }));
        var run = await CommandRun.OfAsync(_folder.FullName, "calibrate", "router", "--golden", "mixed.jsonl");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("1 questions are left out", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acmee", "5", "acmee")]
    [InlineData("acme", "-5", "OrleansLlm:Pricing:Models:0")]
    public async Task Calibrate_WrongTenantOrPrice_AsksNobody(string tenant, string price, string told)
    {
        await using var provider = await FakeProvider.StartAsync(FakeProvider.Reply(200, """{"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Ask again later."},"finish_reason":"stop"}]}"""));
        await WriteAsync("open.jsonl", Places.Select(place => new { question = $"What is the capital of {place}?", answer = "unknowable" }));
        var run = await CommandRun.OfAsync(
            _folder.FullName,
            [
                ("OrleansLlm__Providers__p__Endpoint", provider.Url + "/v1"), ("OrleansLlm__Tenants__acme__KeyHashes__0", new string('a', 64)),
                ("OrleansLlm__Pricing__Models__0__Model", "m"), ("OrleansLlm__Pricing__Models__0__Input", price),
            ],
            "calibrate", "router", "--golden", "open.jsonl", "--run", "--tenant", tenant);
        Assert.True(run.ExitCode == 78, run.Output + run.Errors);
        Assert.Contains(told, run.Errors, StringComparison.Ordinal);
        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task Calibrate_LinesThatAreNoQuestions_NamesThem()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "bad.jsonl"), "{\"question\":\"x\",\"weak_ok\":1}\n{\"question\":\"x\",\"label\":\"easy\"}\nnonsense\n", TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync(_folder.FullName, "calibrate", "router", "--golden", "bad.jsonl");
        Assert.Equal(65, run.ExitCode);
        Assert.Contains("line 2:", run.Errors, StringComparison.Ordinal);
        Assert.Contains("line 3:", run.Errors, StringComparison.Ordinal);
        Assert.Equal(66, (await CommandRun.OfAsync(_folder.FullName, "calibrate", "router", "--golden", "missing.jsonl")).ExitCode);
    }

    private static IEnumerable<object> Golden() => Places.SelectMany((place, i) => Asked.SelectMany((asked, j) => new object[]
    {
        new { question = $"What is the {asked} of {place}?", label = "simple" },
        new { question = $"Compare how the {asked} shaped the literature and the trade of {place} over three centuries, weigh both sides, and explain each step of your reasoning.", label = "complex" },
    }));

    private static async Task<JsonElement> ExplainAsync(GatewayProgram gateway, string question = "Summarise the causes of inflation in one sentence.")
    {
        using var response = await gateway.Http.PostAsJsonAsync(
            "/v1/explain", new { model = "auto", messages = new[] { new { role = "user", content = question } } }, TestContext.Current.CancellationToken);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("route");
    }

    private Task WriteAsync(string name, IEnumerable<object> rows) =>
        File.WriteAllLinesAsync(Path.Combine(_folder.FullName, name), rows.Select(r => JsonSerializer.Serialize(r)), TestContext.Current.CancellationToken);
}
