using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Pricing;

internal static class PriceGenerators
{
    /// <summary>USD per million with up to six decimals, the whole accepted range.</summary>
    public static readonly Gen<decimal> PerMillion = Gen.Long[0, 10_000_000_000].Select(micro => micro / 1_000_000m);

    private static readonly Gen<LongContextPrice> LongContext =
        Gen.Select(Gen.Int[1, 300_000], PerMillion, PerMillion.Nullable(), PerMillion.Nullable(), PerMillion, PerMillion.Nullable())
            .Select((above, input, cached, write, output, longWrite) =>
                new LongContextPrice { AboveTokens = above, Input = input, CachedInput = cached, CacheWrite = write, LongCacheWrite = longWrite, Output = output });

    public static readonly Gen<ModelPrice> Price =
        Gen.Select(PerMillion, PerMillion.Nullable(), PerMillion.Nullable(), PerMillion, LongContext.Array[0, 3], PerMillion.Nullable(), PerMillion.Nullable())
            .Select((input, cached, write, output, lengths, reasoning, longWrite) => new ModelPrice
            {
                Model = "m",
                Input = input,
                CachedInput = cached,
                CacheWrite = write,
                LongCacheWrite = longWrite,
                Output = output,
                Reasoning = reasoning,
                LongContext = [.. lengths.DistinctBy(l => l.AboveTokens).OrderBy(l => l.AboveTokens)],
            });

    /// <summary>Also figures that contradict each other, as upstreams do send them.</summary>
    public static readonly Gen<TokenUsage> Usage =
        Gen.Select(Gen.Int[0, 2_000_000], Gen.Int[0, 200_000], Gen.Int[0, 2_000_000], Gen.Int[0, 2_000_000], Gen.Int[0, 300_000], Gen.Int[0, 2_000_000])
            .Select((prompt, completion, cached, written, reasoning, lasting) => new TokenUsage(prompt, completion, cached, written, reasoning, lasting));
}
