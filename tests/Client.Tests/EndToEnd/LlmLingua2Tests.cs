using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class LlmLingua2Tests : IDisposable
{
    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("orleansllm-lingua-");

    public void Dispose() => _models.Delete(recursive: true);

    [Fact]
    public async Task Explain_ClassifierOfOnesOwn_TakesWordsAndNoFacts()
    {
        Install("my-words");
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Inference:ModelsDirectory"] = _models.FullName,
            ["OrleansLlm:Inference:TokenClassifier"] = "my-words",
            ["OrleansLlm:Compression:Strategy"] = "llmlingua2",
            ["OrleansLlm:Compression:KeepRate"] = "0.8",
            ["OrleansLlm:Compression:RecordRemoved"] = "true",
        });
        var context = string.Join(' ', Enumerable.Range(1, 30).Select(i => $"The fee of office {i} for a transfer to the other branch is never above {i * 3} dollars, says Dr. Weber."));
        var body = new { model = "gpt-4o", messages = new[] { new { role = "user", content = $"Context:\n{context}\n\nQuestion: What is the fee of office 7?" } } };
        var explanation = await (await gateway.PostAsync(body, path: "/v1/explain")).JsonAsync();
        var compression = explanation.GetProperty("compression");
        Assert.True(compression.GetProperty("reason").ValueKind == JsonValueKind.Null, compression.GetProperty("reason").ToString());
        Assert.InRange((double)compression.GetProperty("tokens_after").GetInt32() / compression.GetProperty("tokens_before").GetInt32(), .77, .83);
        Assert.All(compression.GetProperty("removed").EnumerateArray(), r => Assert.Equal("word", r.GetProperty("kind").GetString()));
        var sent = compression.GetProperty("messages")[0].GetProperty("content").GetString()!;
        Assert.Equal(Facts(context), Facts(sent[..sent.IndexOf("Question:", StringComparison.Ordinal)]));

        // The same places stand in the ledger, where it is asked to keep them.
        (await gateway.PostAsync(body)).EnsureSuccessStatusCode();
        await gateway.SavingsAsync();
        var entry = JsonElement.Parse((await gateway.Http.GetStringAsync("/admin/v1/ledger", TestContext.Current.CancellationToken)).Split('\n')[0]);
        Assert.Equal(
            compression.GetProperty("removed").EnumerateArray().Select(r => (r.GetProperty("start").GetInt32(), r.GetProperty("score").GetDouble(), "Word")),
            entry.GetProperty("removed").EnumerateArray().Select(r => (r.GetProperty("start").GetInt32(), r.GetProperty("score").GetDouble(), r.GetProperty("kind").GetString()!)));
    }

    private static IEnumerable<string> Facts(string text) => Regex.Matches(text, @"\d+|never|Dr\. Weber").Select(m => m.Value);

    // The shipped models, and one of them as a token classifier of one's own.
    private void Install(string name)
    {
        var shipped = Path.Combine(AppContext.BaseDirectory, "models");
        foreach (var folder in Directory.GetDirectories(shipped))
            Directory.CreateSymbolicLink(Path.Combine(_models.FullName, Path.GetFileName(folder)), folder);
        foreach (var file in Directory.GetFiles(shipped))
            File.CreateSymbolicLink(Path.Combine(_models.FullName, Path.GetFileName(file)), file);
        var own = _models.CreateSubdirectory(name).FullName;
        var source = Path.Combine(shipped, "compressor-fast");
        File.CreateSymbolicLink(Path.Combine(own, "model.int8.onnx"), Path.Combine(source, "model.int8.onnx"));
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "manifest.json")))!.AsObject();
        manifest["name"] = name;
        manifest["outputs"] = new JsonArray(new JsonObject { ["name"] = "word_logit" });
        File.WriteAllText(Path.Combine(own, "manifest.json"), manifest.ToJsonString());
    }
}
