using System.Buffers;
using System.Text.Json;
using OrleansLlm.Core.Ledger;

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

    [Theory]
    [InlineData("")]
    [InlineData("{\"request_id\":\"r\",\"tenant_id\":\"t\"")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("\0\0\0")]
    public void Read_WhatIsNoEntry_IsNull(string line) => Assert.Null(LedgerLine.Read(System.Text.Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void Split_TornLastLine_IsLeftOut() => Assert.Equal(2, LedgerLine.Split("{}\n\n{}\n{\"a\":"u8.ToArray()).Count);
}
