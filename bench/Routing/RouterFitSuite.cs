using System.Security.Cryptography;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Bench.Routing;

/// <summary>
/// Fits the linear head to the complexity training set, as <c>calibrate router --fit</c> would to one's own labels, and writes <c>router-head.json</c>
/// into the current folder. Not what is shipped: see the decision page. Deterministic, so that a second run gives the same weights.
/// </summary>
internal sealed class RouterFitSuite : ISuite
{
    private const string Data = "complexity";

    public string Name => "router-fit";

    public string Summary => "Fits a linear router head to the complexity training set and writes router-head.json into the current folder (--data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(context, "embedder");
        if (engine is null)
            return 1;
        if (await RouterData.ReadAsync(context, engine, Data, cancellationToken) is not { } rows || context.DataFile(Path.Combine("router", Data + ".jsonl.gz")) is not { } path)
            return 1;
        var train = rows.Where(r => RouterData.IsTrain(r.Row)).ToList();
        var (weights, bias) = LogisticHeadFit.Fit([.. train.Select(r => (r.Embedding, r.Features, RouterData.IsSimple(r.Row)))]);
        var head = new RouterHead
        {
            Version = RouterHead.CurrentVersion,
            Embedder = engine.EmbeddingModelId,
            Weights = weights,
            Bias = bias,
            Data = Path.GetFileName(path),
            DataSha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, cancellationToken))),
            FittedRows = train.Count,
            Date = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime),
        };
        await File.WriteAllBytesAsync("router-head.json", head.ToUtf8Json(), cancellationToken);
        var dev = rows.Where(r => !RouterData.IsTrain(r.Row)).ToList();
        context.Report(
            Name, "dev.accuracy",
            dev.Average(r => head.SimpleLogit(r.Embedding.Span, r.Features.Span) >= 0 == RouterData.IsSimple(r.Row) ? 1.0 : 0), "share", dev.Count);
        return 0;
    }
}
