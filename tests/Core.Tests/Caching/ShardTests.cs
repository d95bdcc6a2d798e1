using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class ShardTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Codec_RoundTrip_AndEveryDamagedByteReadsAsNothing() => Gen.Select(Gen.String[0, 40], Gen.Byte.Array[0, 60], Gen.Int[0, 8]).Sample((question, answer, dimension) =>
    {
        var entry = Entry("f", question.Replace("\ud83d", "", StringComparison.Ordinal), new float[dimension], Now) with { Answer = answer };
        var frame = ShardRecordCodec.Encode(ShardRecord.Put(entry));
        var read = ShardRecordCodec.Decode(frame)!.Value.Entry!;
        Assert.Equal(entry.Answer, read.Answer);
        Assert.Equal(entry.Usage, read.Usage);
        Assert.Equal(entry.ExpiresAt, read.ExpiresAt);
        for (var i = 0; i < frame.Length; i += 7)
        {
            var damaged = frame.ToArray();
            damaged[i] ^= 0x10;
            Assert.Null(ShardRecordCodec.Decode(damaged));
            Assert.Null(ShardRecordCodec.Decode(frame.AsSpan(0, i)));
        }
    });

    [Fact]
    public void Search_AgainstBruteForce_FindsTheSameRows() => Gen.Select(Gen.Float[-1, 1].Array[4].List[1, 80], Gen.Float[-1, 1].Array[4], Gen.Int[1, 5]).Sample((vectors, query, k) =>
    {
        var index = new VectorIndex(4);
        foreach (var vector in vectors)
            index.Add(vector);
        index.Remove(0);
        var expected = vectors.Select((v, row) => (Row: row, Cosine: System.Numerics.Tensors.TensorPrimitives.Dot<float>(query, v))).Skip(1)
            .Where(m => m.Cosine >= 0).OrderByDescending(m => m.Cosine).ThenBy(m => m.Row).Take(k).Select(m => m.Row);
        Assert.Equal(expected, index.View().Search(query, k, 0).Select(m => m.Row));
    });

    [Fact]
    public void Contents_RandomOperations_AgreeWithAnOracle() => Gen.Select(Gen.Int[0, 30], Gen.Bool).List[0, 3000].Sample(
        operations =>
        {
            var contents = new ShardContents(2, 20);
            var oracle = new List<string>();
            foreach (var (id, put) in operations)
            {
                var name = "f" + id;
                oracle.Remove(name);
                if (put)
                {
                    if (oracle.Count == 20)
                        oracle.RemoveAt(0);
                    oracle.Add(name);
                }

                contents.Apply(put ? ShardRecord.Put(Entry(name, "q", [1, 0], Now)) : ShardRecord.Remove(name));
            }

            Assert.Equal(oracle, contents.Entries.Select(e => e.Fingerprint));
            Assert.Equal(oracle.Count, contents.Nearest([1, 0], 100, 0.5f, Now, null).Count);
            Assert.All(oracle, name => Assert.NotNull(contents.Find(name, Now)));
            Assert.All(oracle, name => Assert.Null(contents.Find(name, Now.AddDays(2))));
        },
        iter: 50);

    [Fact]
    public void Decompress_LargerThanAllowedOrDamaged_IsNull()
    {
        var packed = AnswerCompression.Compress(new byte[100_000]);
        Assert.Equal(100_000, AnswerCompression.Decompress(packed, 200_000)!.Length);
        Assert.Null(AnswerCompression.Decompress(packed, 1000));
        Assert.Null(AnswerCompression.Decompress([1, 2, 3, 250, 17], 1000));
    }

    private static CacheEntry Entry(string fingerprint, string question, float[] embedding, DateTimeOffset now) => new()
    {
        Fingerprint = fingerprint,
        Question = question,
        Embedding = embedding,
        Model = "m",
        CreatedAt = now,
        ExpiresAt = now.AddDays(1),
        Usage = new TokenUsage(1, 2, 3, 4, 5),
        Answer = [1, 2, 3],
    };
}
