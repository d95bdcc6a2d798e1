using System.Text.Json;
using OrleansLlm.Bench.Caching;

namespace OrleansLlm.Bench.Routing;

/// <summary>The router's data sets with embeddings and features.</summary>
internal static class RouterData
{
    // GSM8K's own training questions: without them a result on its test is out of domain.
    private static readonly HashSet<string> Gsm8k = ["routerdc/gsm8k-train", "llmrouter/gsm8k", "gsm8k-train"];

    /// <summary>The rows of a file of the <c>router</c> folder; null where it is absent.</summary>
    public static async Task<IReadOnlyList<RoutedText>?> ReadAsync(SuiteContext context, BenchEngine engine, string name, CancellationToken cancellationToken)
    {
        if (context.DataFile(Path.Combine("router", name + ".jsonl.gz")) is not { } path)
            return null;
        var rows = SuiteContext.ReadJsonLines(path).ToList();
        var texts = rows.ConvertAll(r => (r.TryGetProperty("prompt", out var prompt) ? prompt : r.GetProperty("text")).GetString()!);
        var vectors = await QuestionEmbeddings.OfAsync(engine, "router-" + name, texts, cancellationToken);
        return [.. rows.Select((row, i) => RoutedText.Of(row, texts[i], vectors.AsMemory(i * QuestionEmbeddings.Dimension, QuestionEmbeddings.Dimension)))];
    }

    /// <summary>What a strong and a weak model reached on an evaluation row; MT-Bench grades both turns.</summary>
    public static (double Strong, double Weak) Grades(JsonElement row) => (Grade(row.GetProperty("strong")), Grade(row.GetProperty("weak")));

    public static bool IsClean(JsonElement row) => !row.GetProperty("contaminated").GetBoolean();

    /// <summary>Whether a training row stems from GSM8K.</summary>
    public static bool IsGsm8k(JsonElement row) => Gsm8k.Contains(row.GetProperty("source").GetString()!);

    /// <summary>Whether at least half of the models solved a row of the training matrix; those whose zeros are format failures are left out.</summary>
    public static bool MostSolve(JsonElement row) => row.GetProperty("models").EnumerateObject()
        .Where(m => !m.Name.Contains("chatqa", StringComparison.Ordinal)).Average(m => m.Value.GetDouble()) >= 0.5;

    /// <summary>Whether a row of the complexity set is simple.</summary>
    public static bool IsSimple(JsonElement row) => row.GetProperty("label").GetString() == "simple";

    public static bool IsTrain(JsonElement row) => row.GetProperty("split").GetString() == "train";

    private static double Grade(JsonElement grade) =>
        grade.ValueKind == JsonValueKind.Array ? grade.EnumerateArray().Average(g => g.GetDouble()) : grade.GetDouble();
}
