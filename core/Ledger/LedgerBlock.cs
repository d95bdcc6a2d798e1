using System.IO.Compression;

namespace OrleansLlm.Core.Ledger;

/// <summary>
/// Up to a thousand entries that follow each other, as gzipped lines: the form in which all but the latest of a day are kept. Written once, never changed.
/// </summary>
public static class LedgerBlock
{
    /// <summary>Entries of every block of a day but its last; so block n begins with the day's entry n × 1,000.</summary>
    public const int Lines = 1000;

    /// <summary>Packs entries (<see cref="LedgerLine"/>, without their ends).</summary>
    public static byte[] Pack(IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            foreach (var line in lines)
            {
                gzip.Write(line.Span);
                gzip.WriteByte((byte)'\n');
            }
        }

        return packed.ToArray();
    }

    /// <summary>What <see cref="Pack"/> was given.</summary>
    /// <param name="block">Its bytes.</param>
    /// <param name="count">How many entries it holds.</param>
    /// <exception cref="InvalidDataException">The bytes are something else.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Unpack(byte[] block, int count)
    {
        using var gzip = new GZipStream(new MemoryStream(block), CompressionMode.Decompress);
        using var lines = new MemoryStream();
        gzip.CopyTo(lines);
        var split = LedgerLine.Split(lines.GetBuffer().AsMemory(0, (int)lines.Length));
        return split.Count == count ? split : throw new InvalidDataException($"A block of ledger entries holds {split.Count} in place of {count}.");
    }
}
