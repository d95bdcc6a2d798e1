namespace OrleansLlm.Bench.Caching;

/// <summary>temporary</summary>
internal sealed class CacheFitSuite : ISuite
{
    public string Name => "cache-fit";

    public string Summary => "fits models/acceptance.json";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(context, "embedder", "verifier");
        if (engine is null)
            return 1;
        foreach (var (f, stride) in new[] { ("qqp.pairs.dev.jsonl.gz", 1), ("mqp.train.jsonl.gz", 1), ("negation.jsonl.gz", 8), ("mqp.test.jsonl.gz", 1), ("qqp.pairs.test.jsonl.gz", 1), ("rqe.train.jsonl.gz", 3) })
        {
            var file = (await PairFile.ReadAsync(context, f, stride, cancellationToken))!;
            var scored = await PairScorer.ScoreAsync(engine, file, cancellationToken);
            await using var w = new StreamWriter($"/tmp/q/{f}.tsv");
            foreach (var s in scored)
                await w.WriteLineAsync(string.Join('\t', s.Pair.Same ? 1 : 0, s.Features.VerifierLogit, s.Features.Cosine, s.Features.NumbersEqual ? 1 : 0, s.Features.NegationParityEqual ? 1 : 0, s.Features.EntityOverlap, s.Features.LengthRatio, s.Features.ContentOverlap, s.Guard, s.Pair.Kind, s.Pair.A.Replace('\t', ' '), s.Pair.B.Replace('\t', ' ')));
        }

        return 0;
    }
}
