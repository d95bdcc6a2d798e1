using System.Text;
using OrleansLlm.Client.Wire;

namespace OrleansLlm.Client.Extensions.Transport;

/// <summary>
/// Passes an event stream on and reads its closing comment. Readers stop at the end marker, before which the comment has not been read: what
/// completes the marker is held back until the stream has ended, which it does at once.
/// </summary>
internal sealed class ClosingCommentStream(Stream inner, Exchange exchange) : ReadOnlyStream
{
    private readonly MemoryStream _end = new();
    private byte[] _last = [.. "\n"u8];
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended)
            return await _end.ReadAsync(buffer, cancellationToken);
        var read = await inner.ReadAsync(buffer, cancellationToken);
        byte[] seen = [.. _last, .. buffer.Span[..read]];
        _last = seen[Math.Max(0, seen.Length - "data: [DONE]"u8.Length)..];
        // A line of its own: an answer may speak of it, and has its line ends escaped.
        if (read > 0 && seen.AsSpan().IndexOf("\ndata: [DONE]"u8) < 0 && seen.AsSpan().IndexOf("\rdata: [DONE]"u8) < 0)
            return read;
        _ended = true;
        await _end.WriteAsync(buffer[..read], cancellationToken);
        if (read > 0)
            await inner.CopyToAsync(_end, cancellationToken);
        Learn(Encoding.UTF8.GetString(_end.GetBuffer(), 0, (int)_end.Length));
        _end.Position = 0;
        return await _end.ReadAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void Learn(string end)
    {
        var comment = end.Split('\n', '\r').LastOrDefault(static line => line.StartsWith(": " + AnswerHeaders.Prefix, StringComparison.Ordinal));
        if (comment is null)
            return;
        var figures = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var figure in comment[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = figure.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                figures[figure[..equals]] = figure[(equals + 1)..];
        }

        exchange.Learn(figures);
    }
}
