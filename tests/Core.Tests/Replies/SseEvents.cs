using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

/// <summary>A whole stream's events, in memory of their own.</summary>
internal static class SseEvents
{
    public static List<SseFrame> Of(IEnumerable<byte[]> stream)
    {
        var events = new List<SseFrame>();
        var parser = new SseParser(1024 * 1024);
        foreach (var piece in stream)
        {
            parser.Feed(piece);
            Read();
        }

        parser.Complete();
        Read();
        return events;

        void Read()
        {
            while (parser.TryRead(out var frame))
                events.Add(new SseFrame(frame.Raw.ToArray(), frame.Data.ToArray()));
        }
    }
}
