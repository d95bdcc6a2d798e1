using System.Buffers;
using System.Text.Json;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Ledger;

public sealed class LedgerLineTests
{
    [Fact]
    public void Write_AnyEntries_SplitAndReadGiveThemBack() =>
        Entries.Any.Array[0, 10].Sample(entries =>
        {
            var output = new ArrayBufferWriter<byte>();
            using var json = new Utf8JsonWriter(output);
            var numbered = entries.Select((e, i) => e with { Sequence = i + 1, Writer = "w", RequestedModel = "line\nfeed" }).ToList();
            numbered.ForEach(e => LedgerLine.Write(output, json, e));

            var lines = LedgerLine.Split(output.WrittenMemory);
            Assert.Equal(numbered, lines.Select(l => LedgerLine.Read(l.Span)!));
            Assert.All(lines, l => Assert.Equal("t", LedgerLine.TenantOf(l.Span)));
        });

    [Fact]
    public void Read_AnyEntryWithAnyField_IsWhatTheSerializerReads() =>
        Gen.Select(Entries.Any, Gen.String, Gen.Double, Gen.Int, Gen.Decimal[-1000, 1000], Gen.Int[0, (1 << 12) - 1]).Sample((entry, text, number, whole, money, fields) =>
        {
            bool Has(int field) => (fields >> field & 1) == 1;
            var full = entry with
            {
                Writer = "w",
                Sequence = 1L + (uint)whole,
                ProjectId = Has(0) ? text : null,
                KeyId = Has(1) ? text : null,
                Question = Has(2) ? text : null,
                Provider = Has(3) ? "p" : null,
                CachedTokensRemoved = whole,
                Removed = Has(4) ? [new RemovedRange(1, 2, 3, 4, number)] : null,
                Usage = entry.Usage with { CacheWriteTokens = whole, LongCacheWriteTokens = whole, ReasoningTokens = 7, Tier = Has(5) ? ServiceTier.Flex : null },
                ShadowSaved = Has(6) ? new SavingsBreakdown(money, -money, 0.5m) : default,
                RouteScore = Has(7) ? number : null,
                RouteThreshold = Has(8) ? number : null,
                RouteReason = Has(9) ? "Routed" : null,
                CacheScore = Has(10) ? number : null,
                Status = whole,
                Priced = Has(11),
                Times = new LayerTimes(1.5, 0, number, 2, 3),
            };
            var line = JsonSerializer.SerializeToUtf8Bytes(full, LedgerJson.Default.LedgerEntry);

            var slow = JsonSerializer.Deserialize(line, LedgerJson.Default.LedgerEntry)!;

            Assert.Equal(!Has(4), LedgerLineReader.TryRead(line, out var fast));
            if (fast is not null)
                Assert.Equal(slow, fast);
            var read = LedgerLine.Read(line)!;
            Assert.Equal(slow.Removed ?? [], read.Removed ?? []);
            Assert.Equal(slow with { Removed = null }, read with { Removed = null });
        });

    [Fact]
    public void Read_AnyDamage_IsWhatTheSerializerReads()
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(
            Entries.Create(HitKind.Miss, "gpt-4o", "gpt-4o", Entries.Noon, 5, new TokenUsage(5, 6)) with { Writer = "w", Sequence = 3, RouteReason = "é" }, LedgerJson.Default.LedgerEntry);
        Gen.Select(Gen.Int[0, line.Length - 1], Gen.Byte, Gen.Int[0, 3]).Sample((at, value, how) =>
        {
            var damaged = how switch
            {
                0 => line[..at],
                1 => [.. line[..at], .. line[(at + 1)..]],
                2 => [.. line, value],
                _ => [.. line[..at], value, .. line[(at + 1)..]],
            };
            Assert.Equal(Slow(damaged), LedgerLine.Read(damaged));
        });

        static LedgerEntry? Slow(byte[] line)
        {
            try
            {
                return JsonSerializer.Deserialize(line, LedgerJson.Default.LedgerEntry) is { Sequence: > 0 } entry ? entry : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"request_id\":\"r\",\"tenant_id\":\"t\"")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("\0\0\0")]
    public void Read_WhatIsNoEntry_IsNull(string line) => Assert.Null(LedgerLine.Read(System.Text.Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void Join_WhatSplitGave_IsTheSameBytes()
    {
        Assert.Empty(LedgerLine.Join([]));
        var lines = "{\"a\":1}\n{}\n{\"b\":\"ü\"}\n"u8.ToArray();
        Assert.Equal(lines, LedgerLine.Join(LedgerLine.Split(lines)));
    }

    [Fact]
    public void Split_TornLastLine_IsLeftOut() => Assert.Equal(2, LedgerLine.Split("{}\n\n{}\n{\"a\":"u8.ToArray()).Count);
}
