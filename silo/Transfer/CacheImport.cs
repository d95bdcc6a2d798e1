using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansLlm.Silo.Transfer;

/// <summary>
/// Sends a file of cached answers to a gateway, line by line and in batches. After each batch the place is kept in <c>FILE.import</c>;
/// what a broken run sent is not sent again to the same tenant there, and would do no harm: an answer replaces itself.
/// </summary>
internal static class CacheImport
{
    private const int BatchLines = 200;
    private const int BatchBytes = 1024 * 1024;
    private const int LongestLine = 16 * 1024 * 1024;
    private const int MostReasons = 1000;

    /// <param name="path">The file.</param>
    /// <param name="gateway">Where to.</param>
    /// <param name="restart">Whether to begin anew although an earlier run did not end.</param>
    /// <param name="progress">Told how many bytes of the file are done, and of how many.</param>
    /// <param name="cancellationToken">Ends it early; a second run goes on.</param>
    /// <exception cref="HttpRequestException">The gateway refused or is not there; the message says why.</exception>
    public static async Task<CacheImportResult> RunAsync(string path, GatewayAddress gateway, bool restart, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var resume = new ResumePoint(path + ".import");
        var file = new FileInfo(path);
        var mark = gateway.MarkOfKey();
        var place = !restart && resume.Read<Place>() is { } kept && kept.Gateway == gateway && kept.KeyMark == mark && kept.Length == file.Length && kept.Changed == file.LastWriteTimeUtc
            ? kept
            : new Place(gateway, mark, file.Length, file.LastWriteTimeUtc, 0, 0, 0, 0, []);
        using var http = gateway.CreateClient();
        await using var stream = file.OpenRead();
        stream.Position = place.Offset;
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 256 * 1024));
        var batch = new ArrayBufferWriter<byte>();
        int lines = 0;
        long consumed = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (TryTake(ref buffer, read.IsCompleted, out var line))
            {
                consumed += line.Length;
                foreach (var part in line)
                    batch.Write(part.Span);
                lines++;
                if (lines >= BatchLines || batch.WrittenCount >= BatchBytes)
                    await SendAsync();
            }

            if (buffer.Length > LongestLine)
                throw new InvalidDataException($"line {place.Lines + lines + 1} is longer than {LongestLine} bytes");
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                break;
        }

        if (lines > 0)
            await SendAsync();
        resume.Clear();
        return new CacheImportResult(place.Imported, place.Expired, place.Lines, place.Skipped);

        async Task SendAsync()
        {
            using var content = new ByteArrayContent(batch.WrittenMemory.ToArray());
            using var response = await http.PostAsync(gateway.Path("/admin/v1/cache/entries"), content, cancellationToken);
            await GatewayRefusal.ThrowIfAnyAsync(response, cancellationToken);
            if (await response.Content.ReadFromJsonAsync<Reply>(JsonSerializerOptions.Web, cancellationToken) is not { Skipped: not null } reply)
                throw new JsonException("The answer says nothing of what was stored.");
            place = place with
            {
                Offset = place.Offset + consumed,
                Lines = place.Lines + lines,
                Imported = place.Imported + reply.Imported,
                Expired = place.Expired + reply.Expired,
                Skipped = [.. place.Skipped, .. reply.Skipped.Take(MostReasons - place.Skipped.Length).Select(s => new SkippedLine(place.Lines + s.Line, s.Reason))],
            };
            resume.Write(place);
            progress(place.Offset, place.Length);
            batch.ResetWrittenCount();
            (lines, consumed) = (0, 0);
        }
    }

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, bool last, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            var next = buffer.GetPosition(1, end);
            line = buffer.Slice(0, next);
            buffer = buffer.Slice(next);
            return true;
        }

        line = buffer;
        if (!last || buffer.IsEmpty)
            return false;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private sealed record Place(GatewayAddress? Gateway, string? KeyMark, long Length, DateTime Changed, long Offset, int Lines, int Imported, int Expired, SkippedLine[] Skipped);

    private sealed record Reply(int Imported, int Expired, SkippedLine[]? Skipped);
}

/// <summary>A line that was no answer to store.</summary>
internal sealed record SkippedLine(int Line, string Reason);

/// <summary>What became of a file.</summary>
/// <param name="Imported">Answers that are in the cache now.</param>
/// <param name="Expired">Those that were too old on arrival.</param>
/// <param name="Lines">Lines read.</param>
/// <param name="Skipped">Lines that were no answers, the first 1,000.</param>
internal sealed record CacheImportResult(int Imported, int Expired, int Lines, IReadOnlyList<SkippedLine> Skipped);
