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
        Assert.Equal(bytes, SseEvents.Of([bytes]).SelectMany(static f => f.Raw.ToArray()));
    }

    // https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream: one byte order mark may come first, and is no part of the stream.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void Feed_ByteOrderMarkFirst_IsLeftOut(int size)
    {
        var events = SseEvents.Of("\uFEFFdata: \uFEFFa\n\n\uFEFFdata: b\n\ndata: c\n\n"u8.ToArray().Chunk(size));
        Assert.Equal(["\uFEFFa", "", "c"], events.Select(static f => Encoding.UTF8.GetString(f.Data.Span)));
        Assert.Equal("data: \uFEFFa\n\n\uFEFFdata: b\n\ndata: c\n\n", string.Concat(events.Select(static f => Encoding.UTF8.GetString(f.Raw.Span))));
    }

    [Fact]
    public void Complete_EventWithoutBlankLine_IsDropped()
    {
        Assert.Empty(SseEvents.Of(["data: a\n"u8.ToArray()]));
    }

    [Theory]
    [InlineData("data: [DONE]")]
    [InlineData("data:[DONE]\n")]
    [InlineData("data: [DONE]\r")]
    [InlineData("data: [DONE]\r\n")]
    public void Complete_EndMarkerWithoutBlankLine_EndsTheStream(string end)
    {
        Assert.Equal(["a", "[DONE]"], Parse([Encoding.UTF8.GetBytes("data: a\n\n" + end)]));
    }

    [Fact]
    public void Feed_EventLargerThanTheLimit_GivesUp()
    {
        var parser = new SseParser(100);
        parser.Feed(new byte[200]);
        Assert.False(parser.TryRead(out _));
        Assert.True(parser.Overflowed);
        parser.Feed("data: a\n\n"u8.ToArray());
        Assert.False(parser.TryRead(out _));
    }

    [Fact]
    public void Feed_UnderALargeLimit_TakesMemoryForWhatCame()
    {
        var piece = new byte[16 * 1024];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var parser = new SseParser(1024 * 1024 * 1024);
        for (var i = 0; i < 64; i++)
        {
            parser.Feed(piece);
            Assert.False(parser.TryRead(out _));
        }

        // A million bytes, in memory that doubled on the way.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, piece.Length * 64, piece.Length * 64 * 4);
        Assert.False(parser.Overflowed);
    }

    // Events are read where they lie: what is fed may be overwritten once they are.
    [Fact]
    public void Feed_FromOneBufferOverAndOver_GivesEveryByte() => Gen.Select(Event.List[0, 20], Gen.Int[1, 200].Array[1, 20]).Sample((events, sizes) =>
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(events) + "data: last\n\n");
        var (buffer, read, parser) = (new byte[200], new List<byte>(), new SseParser(1024 * 1024));
        for (var (at, turn) = (0, 0); at < bytes.Length; turn++)
        {
            var count = Math.Min(sizes[turn % sizes.Length], bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(buffer);
            at += count;
            parser.Feed(buffer.AsMemory(0, count));
            while (parser.TryRead(out var frame))
                read.AddRange(frame.Raw.Span);
            Array.Fill(buffer, (byte)'!');
        }

        Assert.Equal(bytes, read);
    });

    private static List<string> Parse(IEnumerable<byte[]> pieces) => SseEvents.Of(pieces).ConvertAll(static f => Encoding.UTF8.GetString(f.Data.Span));
}
