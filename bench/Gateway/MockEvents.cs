using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace OrleansLlm.Bench.Gateway;

/// <summary>The events of the mock upstream's streams: numbered, and stamped with the time at which they were written.</summary>
internal static class MockEvents
{
    public const string Usage = """{"prompt_tokens":60,"completion_tokens":20,"total_tokens":80}""";

    private const string Head = "data: {\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"gpt-4o\",";

    private static readonly byte[] s_beforeStamp = Encoding.ASCII.GetBytes(Head + "\"sent\":\"");
    private static readonly byte[] s_beforeNumber = "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" w"u8.ToArray();
    private static readonly byte[] s_end = "\"},\"finish_reason\":null}]}\n\n"u8.ToArray();

    /// <summary>What follows the last token.</summary>
    public static byte[] Tail { get; } = Encoding.ASCII.GetBytes(
        $"{Head}\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\n{Head}\"choices\":[],\"usage\":{Usage}}}\n\ndata: [DONE]\n\n");

    /// <summary>Writes the event of token <paramref name="number"/>, stamped now; returns its length.</summary>
    public static int Write(Span<byte> into, int number) => Write(into, number, Stopwatch.GetTimestamp());

    /// <summary>Reads the event of token <paramref name="number"/>: when it was written, or null where it is not that event to the byte.</summary>
    public static long? Read(ReadOnlySpan<byte> text, int number)
    {
        Span<byte> expected = stackalloc byte[512];
        return text.StartsWith(s_beforeStamp) && Utf8Parser.TryParse(text[s_beforeStamp.Length..], out long sent, out _) && text.SequenceEqual(expected[..Write(expected, number, sent)]) ? sent : null;
    }

    private static int Write(Span<byte> into, int number, long stamp)
    {
        s_beforeStamp.CopyTo(into);
        var at = s_beforeStamp.Length;
        Utf8Formatter.TryFormat(stamp, into[at..], out var written);
        at += written;
        s_beforeNumber.CopyTo(into[at..]);
        at += s_beforeNumber.Length;
        Utf8Formatter.TryFormat(number, into[at..], out written);
        at += written;
        s_end.CopyTo(into[at..]);
        return at + s_end.Length;
    }
}
