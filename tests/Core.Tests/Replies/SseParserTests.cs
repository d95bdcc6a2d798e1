using System.Text;
using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class SseParserTests
{
    private static readonly Gen<string> Event = Gen.Select(
        Gens.Of("data: a", "data:b", "data: {\"x\":1}", ": comment", "event: e", "data: 1\ndata: 2", "data", "id: 7\ndata: z"), Gens.Of("\n", "\r\n", "\r"))
        .Select((lines, end) => lines.Replace("\n", end, StringComparison.Ordinal) + end + end);

    [Fact]
    public void Feed_CutAnywhere_GivesTheSameEvents() => Gen.Select(Event.List[0, 8], Gen.Int[1, 7]).Sample((events, size) =>
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(events));
        var whole = Parse([bytes]);
        var pieces = Parse(bytes.Chunk(size));
        Assert.Equal(whole, pieces);
        Assert.Equal(events.Count, whole.Count);
    });

    [Fact]
    public void Feed_Frames_KeepTheirBytes()
    {
        var bytes = "data: a\r\n\r\n: keep\n\ndata: b\n\n"u8.ToArray();
        var frames = new List<SseFrame>();
        new SseParser().Feed(bytes, frames);
        Assert.Equal(bytes, frames.SelectMany(f => f.Raw.ToArray()));
    }

    [Fact]
    public void Complete_EventWithoutBlankLine_IsDropped()
    {
        var frames = new List<SseFrame>();
        var parser = new SseParser();
        parser.Feed("data: a\n"u8, frames);
        parser.Complete(frames);
        Assert.Empty(frames);
    }

    [Theory]
    [InlineData("data: [DONE]")]
    [InlineData("data:[DONE]\n")]
    [InlineData("data: [DONE]\r")]
    [InlineData("data: [DONE]\r\n")]
    public void Complete_EndMarkerWithoutBlankLine_EndsTheStream(string end)
    {
        var frames = new List<SseFrame>();
        var parser = new SseParser();
        parser.Feed(Encoding.UTF8.GetBytes("data: a\n\n" + end), frames);
        parser.Complete(frames);
        Assert.Equal((2, true), (frames.Count, frames[1].IsDone));
    }

    [Fact]
    public void Feed_EventLargerThanTheLimit_GivesUp()
    {
        var parser = new SseParser(100);
        parser.Feed(new byte[200], []);
        Assert.True(parser.Overflowed);
    }

    private static List<string> Parse(IEnumerable<byte[]> pieces)
    {
        var frames = new List<SseFrame>();
        var parser = new SseParser();
        foreach (var piece in pieces)
            parser.Feed(piece, frames);
        parser.Complete(frames);
        return [.. frames.Select(f => Encoding.UTF8.GetString(f.Data.Span))];
    }
}
