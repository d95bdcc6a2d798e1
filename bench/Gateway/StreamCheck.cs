using System.Diagnostics;
using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Gateway;

/// <summary>Holds a stream to the mock upstream's events: every token, in order, to the byte; and records how late each was.</summary>
/// <param name="latencies">Takes the time from a token's writing to its arrival.</param>
internal sealed class StreamCheck(Latencies latencies)
{
    private readonly byte[] _event = new byte[128 * 1024];
    private int _length;
    private int _next;

    /// <exception cref="InvalidDataException">A token is lost, altered or out of order.</exception>
    public void Take(ReadOnlySpan<byte> piece)
    {
        var now = Stopwatch.GetTimestamp();
        piece.CopyTo(_event.AsSpan(_length));
        _length += piece.Length;
        var rest = _event.AsSpan(0, _length);
        while (rest.IndexOf("\n\n"u8) is var end and >= 0)
        {
            var text = rest[..(end + 2)];
            rest = rest[(end + 2)..];
            if (text.IndexOf("\"sent\""u8) < 0)
                continue;
            latencies.Record(MockEvents.Read(text, _next) ?? throw new InvalidDataException($"token {_next} is not what was sent"), now);
            _next++;
        }

        rest.CopyTo(_event);
        _length = rest.Length;
    }

    /// <exception cref="InvalidDataException">A token is missing.</exception>
    public void End(int tokens)
    {
        if (_next != tokens)
            throw new InvalidDataException($"{_next} tokens came of {tokens}");
    }
}
