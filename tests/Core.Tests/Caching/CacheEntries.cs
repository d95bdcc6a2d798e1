using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Caching;

internal static class CacheEntries
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    public static CacheEntry Entry(string fingerprint, float[] embedding, DateTimeOffset? at = null, decimal costUsd = 0.01m, int answerBytes = 3) => new()
    {
        Fingerprint = fingerprint,
        Question = "question of " + fingerprint,
        Embedding = embedding,
        Model = "m",
        CreatedAt = at ?? Now,
        ExpiresAt = (at ?? Now).AddDays(1),
        Usage = new TokenUsage(1, 2, 3, 4, 5),
        Worth = EntryWorth.New(costUsd, at ?? Now),
        Answer = new byte[answerBytes],
    };

    public static float[] Unit(Random random, int dimension)
    {
        var vector = Enumerable.Range(0, dimension).Select(_ => random.NextSingle() * 2 - 1).ToArray();
        System.Numerics.Tensors.TensorPrimitives.Divide(vector, System.Numerics.Tensors.TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
