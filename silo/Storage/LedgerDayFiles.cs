using System.Buffers;
using System.Globalization;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// One tenant's entries of one day. Blocks are counted from 0, each but the last of <see cref="LedgerBlock.Lines"/> entries: <c>000002-1000.jsonl.gz</c> is the
/// third, packed; <c>000002.8.jsonl</c> the same, as the ledger's opening of epoch 8 writes it. How many entries of a file count is said elsewhere.
/// </summary>
internal sealed class LedgerDayFiles(string folder)
{
    private const string OpenExtension = ".jsonl";
    private const string PackedExtension = ".jsonl.gz";

    /// <summary>The first <paramref name="count"/> entries of a block; null where they are not there.</summary>
    /// <param name="number">The block's.</param>
    /// <param name="count">How many of its entries count.</param>
    /// <param name="epoch">Who wrote it, where it is not packed.</param>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public List<ReadOnlyMemory<byte>>? Find(long number, int count, long epoch)
    {
        if (ReadOpen(OpenPath(number, epoch), count) is { } open)
            return open;
        if (ReadPacked(PackedPath(number, count), count) is { } packed)
            return packed;
        // A crash of the store may take back what it was told last. Files are further then: a later opening began its own with all that counted before it, and
        // a block may hold more than what counts.
        return Open().Where(o => o.Number == number && o.Epoch > epoch).OrderBy(static o => o.Epoch).Select(o => ReadOpen(o.Path, count)).FirstOrDefault(static l => l is not null)
            ?? Packed().Where(p => p.Number == number && p.Count > count).OrderBy(static p => p.Count).Select(p => ReadPacked(p.Path, p.Count)?.GetRange(0, count)).FirstOrDefault(static l => l is not null);
    }

    /// <summary>Writes entries into a block from byte <paramref name="offset"/> on, over what stood there, and through to the disk; returns where they end.</summary>
    public long Append(long number, long epoch, long offset, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var bytes = new ArrayBufferWriter<byte>(lines.Sum(static l => l.Length + 1));
        foreach (var line in lines)
        {
            bytes.Write(line.Span);
            bytes.Write("\n"u8);
        }

        Directory.CreateDirectory(folder);
        using var file = File.OpenHandle(OpenPath(number, epoch), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(file, bytes.WrittenSpan, offset);
        RandomAccess.FlushToDisk(file);
        return offset + bytes.WrittenCount;
    }

    /// <summary>Packs the first <paramref name="count"/> entries of a block, if it is open.</summary>
    public void Pack(long number, int count, long epoch)
    {
        if (!File.Exists(OpenPath(number, epoch)) || Find(number, count, epoch) is not { } lines)
            return;
        var path = PackedPath(number, count);
        // Whole under its name or not there, whatever is killed when.
        using (var file = new FileStream(path + ".new", FileMode.Create))
        {
            file.Write(LedgerBlock.Pack(lines));
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
        File.Delete(OpenPath(number, epoch));
    }

    /// <summary>The blocks that an opening left open.</summary>
    public IReadOnlyList<long> OpenBy(long epoch) => [.. Open().Where(o => o.Epoch == epoch).Select(static o => o.Number).Order()];

    /// <summary>Whether any block is open.</summary>
    public bool AnyOpen => Open().Any();

    /// <summary>Deletes what does not count any more once <paramref name="epoch"/> writes, from block <paramref name="number"/> on: what others have open, and what was packed.</summary>
    public void DeleteOthers(long number, long epoch)
    {
        foreach (var (path, _, _) in Open().Where(o => o.Epoch != epoch).ToList())
            File.Delete(path);
        foreach (var (path, _, _) in Packed().Where(p => p.Number >= number).ToList())
            File.Delete(path);
    }

    private string OpenPath(long number, long epoch) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:D6}.{epoch}{OpenExtension}"));

    private string PackedPath(long number, int count) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:D6}-{count:D4}{PackedExtension}"));

    private IEnumerable<(string Path, long Number, long Epoch)> Open() => Named(OpenExtension, '.');

    private IEnumerable<(string Path, long Number, int Count)> Packed() => Named(PackedExtension, '-').Select(static n => (n.Path, n.Number, (int)n.Second));

    private IEnumerable<(string Path, long Number, long Second)> Named(string extension, char between)
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var path in Directory.EnumerateFiles(folder, "*" + extension))
        {
            var name = Path.GetFileName(path)[..^extension.Length].Split(between);
            if (name.Length == 2 && long.TryParse(name[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && long.TryParse(name[1], NumberStyles.None, CultureInfo.InvariantCulture, out var second))
                yield return (path, number, second);
        }
    }

    private static List<ReadOnlyMemory<byte>>? ReadOpen(string path, int count) =>
        ReadIfThere(path) is { } lines && LedgerLine.Split(lines) is var split && split.Count >= count ? split.GetRange(0, count) : null;

    private static List<ReadOnlyMemory<byte>>? ReadPacked(string path, int count) => ReadIfThere(path) is { } block ? [.. LedgerBlock.Unpack(block, count)] : null;

    private static byte[]? ReadIfThere(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var bytes = new byte[file.Length];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Packed, or its time was over, meanwhile.
            return null;
        }
    }
}
