using System.Text;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class FencesTests
{
    [Theory]
    [InlineData("a\n```python\nprint(1)\n```\nb", "print(1)\n")]
    [InlineData("```\na\n```\n~~~ x\nb\n~~~", "a\n|b\n")]
    [InlineData("````md\n```\na\n```\n````", "```\na\n```\n")]
    [InlineData("```\n~~~\na\n```", "~~~\na\n")]
    [InlineData("   ```\na\n  `````  \n", "a\n")]
    [InlineData("```\na\n``` b\n```", "a\n``` b\n")]
    [InlineData("```\n```", "")]
    [InlineData("    ```\na\n    ```", null)]
    [InlineData("``\na\n``", null)]
    [InlineData("```\na", null)]
    [InlineData("````\na\n```", null)]
    [InlineData("```", null)]
    [InlineData("", null)]
    public void Find_Blocks(string text, string? bodies)
    {
        var found = Fences.Find(text).ToList();
        Assert.Equal(bodies, found.Count == 0 ? null : string.Join('|', found.Select(f => text[f.Body])));
    }

    [Fact]
    public void Find_AnyText_GivesBlocksInOrderWithTheirBodiesInside() => Gens.Of("```", "````", "~~~", "\n", "a", " ", "```x\n", "\n```\n").Array[0, 60].Sample(pieces =>
    {
        var text = string.Concat(pieces);
        var at = 0;
        foreach (var (whole, body) in Fences.Find(text))
        {
            Assert.True(at <= whole.Start.Value && whole.Start.Value < body.Start.Value && body.Start.Value <= body.End.Value && body.End.Value < whole.End.Value);
            at = whole.End.Value;
        }
    });

    // Looked for to the end of the text from each of them, these would take minutes.
    [Fact]
    public void Find_TextOfOpeningsAlone_EndsSoon()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 60_000; i++)
            text.Append("```x\n");
        Assert.Empty(Fences.Find(text.ToString()));
    }
}
