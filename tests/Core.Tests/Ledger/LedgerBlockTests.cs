using System.Text;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Core.Tests.Ledger;

public sealed class LedgerBlockTests
{
    [Fact]
    public void Unpack_OfPacked_GivesTheSameLinesInATenthOfTheirBytes()
    {
        var lines = Enumerable.Range(0, LedgerBlock.Lines).Select(static i => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(
            $$"""{"request_id":"{{i * 7919}}","tenant_id":"t","model":"gpt-4o","used_model":"gpt-4o-mini","cost_usd":0.00{{i}},"hit_kind":"Miss"}""")).ToList();
        var block = LedgerBlock.Pack(lines);
        Assert.Equal(lines.Select(static l => l.ToArray()), LedgerBlock.Unpack(block, LedgerBlock.Lines).Select(static l => l.ToArray()));
        Assert.InRange(block.Length, 1, lines.Sum(static l => l.Length) / 10);
    }

    [Fact]
    public void Unpack_OfAnythingElse_Throws()
    {
        Assert.Throws<InvalidDataException>(() => LedgerBlock.Unpack([1, 2, 3], 1));
        Assert.Throws<InvalidDataException>(() => LedgerBlock.Unpack(LedgerBlock.Pack(["{}"u8.ToArray()]), 2));
        var block = LedgerBlock.Pack(Enumerable.Repeat((ReadOnlyMemory<byte>)"{}"u8.ToArray(), LedgerBlock.Lines));
        Assert.Throws<InvalidDataException>(() => LedgerBlock.Unpack(block[..^12], LedgerBlock.Lines));
    }
}
