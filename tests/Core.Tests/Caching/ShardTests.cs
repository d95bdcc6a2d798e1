using OrleansLlm.Core.Caching;
using static OrleansLlm.Core.Tests.Caching.CacheEntries;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class ShardTests
{
    private static readonly ShardLimits Limits = new(20, long.MaxValue, TimeSpan.FromHours(6));

    [Fact]
    public void Codec_RoundTrip_AndEveryDamagedByteReadsAsNothing() =>
        Gen.Select(Gen.String[0, 40], Gen.Byte.Array[0, 60], Gen.Int[0, 8], Gen.Bool).Sample((question, answer, dimension, encrypt) =>
        {
            using var cipher = encrypt ? Cipher(1) : null;
            var codec = new ShardRecordCodec("partition/0", cipher);
            var entry = Entry("f", new float[dimension]) with
            {
                Answer = answer,
                Question = new string([.. question.Where(c => !char.IsSurrogate(c))]),
                Worth = new EntryWorth(0.000123m, 2.5, Now.AddHours(1)),
            };
            var frame = codec.Encode(ShardRecord.Put(entry));
            var read = codec.Decode(frame)!.Value.Entry!;
            Assert.Equal(entry.Answer, read.Answer);
            Assert.Equal(entry.Embedding, read.Embedding);
            Assert.Equal(entry with { Answer = read.Answer, Embedding = read.Embedding }, read);
            for (var i = 0; i < frame.Length; i += 7)
            {
                var damaged = frame.ToArray();
                damaged[i] ^= 0x10;
                Assert.Null(codec.Decode(damaged));
                Assert.Null(codec.Decode(frame.AsSpan(0, i)));
            }
        });

    [Fact]
    public void Decode_SealedForAnotherShardOrKey_IsNothing()
    {
        using var cipher = Cipher(1);
        using var other = Cipher(2);
        var frame = new ShardRecordCodec("a/0", cipher).Encode(ShardRecord.Put(Entry("secret-fingerprint", [1, 0])));
        Assert.NotNull(new ShardRecordCodec("a/0", cipher).Decode(frame));
        Assert.Null(new ShardRecordCodec("b/0", cipher).Decode(frame));
        Assert.Null(new ShardRecordCodec("a/0", other).Decode(frame));
        Assert.Null(new ShardRecordCodec("a/0", null).Decode(frame));
        Assert.DoesNotContain("secret-fingerprint", System.Text.Encoding.Latin1.GetString(frame), StringComparison.Ordinal);
        // One sealed before a key was set stays readable.
        Assert.NotNull(new ShardRecordCodec("a/0", cipher).Decode(new ShardRecordCodec("a/0", null).Encode(ShardRecord.Put(Entry("f", [1, 0])))));
    }

    [Fact]
    public void Seal_OnManyThreads_OpensAgain()
    {
        using var cipher = Cipher(3);
        var context = new byte[] { 7 };
        Parallel.For(0, 5_000, i =>
        {
            var plain = new byte[i % 300];
            plain.AsSpan().Fill((byte)i);
            Assert.Equal(plain, cipher.Open(cipher.Seal(plain, context), context));
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64 at all, and then some more")]
    public void FromBase64_NoKey_IsNull(string text) => Assert.Null(ShardCipher.FromBase64(text));

    [Fact]
    public void Contents_RandomOperations_AgreeWithAnOracle() => Gen.Select(Gen.Int[0, 30], Gen.Int[0, 5]).List[0, 3000].Sample(
        operations =>
        {
            var contents = new ShardContents(2, Limits);
            var log = new List<ShardRecord>();
            var oracle = new Dictionary<string, double>();
            var now = Now;
            foreach (var (id, kind) in operations)
            {
                now = now.AddSeconds(7);
                // Of one length, so that all have one size.
                var name = "f" + (100 + id);
                if (kind == 0)
                {
                    oracle.Remove(name);
                    contents.Remove(name);
                    log.Add(ShardRecord.Remove(name));
                }
                else if (kind <= 2)
                {
                    var entry = Entry(name, [1, 0], now);
                    var left = contents.Put(entry, now);
                    log.Add(ShardRecord.Put(entry));
                    oracle[name] = Math.Max(EntryWorth.NewEntryHits * Weight(), oracle.GetValueOrDefault(name));
                    if (oracle.Count > 20)
                    {
                        Assert.Equal(oracle.MinBy(o => o.Value).Value, oracle[Assert.Single(left)], oracle[left[0]] * 1e-6);
                        oracle.Remove(left[0]);
                    }
                    else
                    {
                        Assert.Empty(left);
                    }

                    log.AddRange(left.Select(ShardRecord.Remove));
                }
                else if (contents.Hit(name, now) is not null)
                {
                    oracle[name] += Weight();
                }
            }

            Assert.Equal(oracle.Keys.Order(), contents.Fingerprints.Order());
            Assert.Equal(oracle.Count, contents.Nearest([1, 0], 64, 0.5f, now, null).Count);
            Assert.All(oracle.Keys, name => Assert.NotNull(contents.Find(name, now)));
            Assert.All(oracle.Keys, name => Assert.Null(contents.Find(name, now.AddDays(2))));
            Assert.Empty(contents.Nearest([1, 0], 64, 0.5f, now.AddDays(2), null));

            var replayed = new ShardContents(2, Limits);
            log.ForEach(replayed.Replay);
            Assert.Equal(contents.Fingerprints, replayed.Fingerprints);
            Assert.Empty(replayed.Trim(now));
            Assert.Equal(replayed.Count, replayed.Nearest([1, 0], 64, 0.5f, now, null).Count);

            double Weight() => Math.Pow(2, (now - Now) / Limits.HitHalfLife);
        },
        iter: 50);

    [Fact]
    public void Put_BeyondTheBytes_TheLeastWorthBySizeLeaves()
    {
        var dear = Entry("dear", [1, 0], costUsd: 1, answerBytes: 1000);
        var cheap = Entry("cheap", [1, 0], costUsd: 0.001m, answerBytes: 1000);
        var contents = new ShardContents(2, Limits with { Bytes = ShardContents.Size(dear) + ShardContents.Size(cheap) });
        Assert.Empty(contents.Put(cheap, Now));
        Assert.Empty(contents.Put(dear, Now));
        Assert.Equal(["cheap"], contents.Put(Entry("x", [1, 0], costUsd: 0.5m), Now));
        Assert.InRange(contents.Bytes, 1, ShardContents.Size(dear) + ShardContents.Size(cheap));
    }

    [Fact]
    public void DropExpired_SomeExpired_OnlyTheseGo()
    {
        var contents = new ShardContents(2, Limits);
        contents.Put(Entry("old", [1, 0], Now.AddHours(-23)), Now);
        contents.Put(Entry("new", [1, 0]), Now);
        contents.DropExpired(Now.AddHours(2));
        Assert.Equal(["new"], contents.Fingerprints);
    }

    [Fact]
    public void Nearest_MaxAge_LeavesOutOlderEntries()
    {
        var contents = new ShardContents(2, Limits);
        contents.Put(Entry("old", [1, 0], Now.AddMinutes(-30)), Now);
        contents.Put(Entry("new", [1, 0]), Now);
        Assert.Equal("new", Assert.Single(contents.Nearest([1, 0], 4, 0, Now, TimeSpan.FromMinutes(10))).Entry.Fingerprint);
    }

    [Fact]
    public void Export_AfterHits_CarriesVectorAndWorth()
    {
        var contents = new ShardContents(2, Limits);
        contents.Put(Entry("f", [0.6f, 0.8f]), Now);
        contents.Hit("f", Now);
        var exported = contents.Export("f", Now + Limits.HitHalfLife)!;
        Assert.Equal([0.6f, 0.8f], exported.Embedding);
        Assert.Equal((1 + EntryWorth.NewEntryHits) / 2, exported.Worth.Hits, 9);
    }

    [Fact]
    public void Decompress_LargerThanAllowedOrDamaged_IsNull()
    {
        var packed = AnswerCompression.Compress(new byte[100_000]);
        Assert.Equal(100_000, AnswerCompression.Decompress(packed, 200_000)!.Length);
        Assert.Null(AnswerCompression.Decompress(packed, 1000));
        Assert.Null(AnswerCompression.Decompress([1, 2, 3, 250, 17], 1000));
    }

    private static ShardCipher Cipher(byte key) => ShardCipher.FromBase64(Convert.ToBase64String(Enumerable.Repeat(key, ShardCipher.KeyLength).ToArray()))!;
}
