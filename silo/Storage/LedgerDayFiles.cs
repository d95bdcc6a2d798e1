using System.Globalization;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// One tenant's entries of one day. Blocks are counted from 0, each but the last of <see cref="LedgerBlock.Lines"/> entries: <c>000002-1000.jsonl.gz</c> is the
/// third, packed; <c>000002.8.jsonl</c> the same, as the ledger's opening of epoch 8 writes it. How many entries of a file count is said elsewhere.
/// </summary>
internal sealed class LedgerDayFiles(string folder, FileSync sync, ILogger logger)
{
    private const string OpenExtension = ".jsonl";
    private const string PackedExtension = ".jsonl.gz";
    private const string Damaged = ".damaged";

    /// <summary>The first <paramref name="count"/> entries of a block, or what a power cut left of them; none where there is no file.</summary>
    /// <param name="number">The block's.</param>
    /// <param name="count">How many of its entries count.</param>
    /// <param name="epoch">Who wrote it, where it is not packed.</param>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public List<ReadOnlyMemory<byte>> Find(long number, int count, long epoch)
    {
        var open = ReadOpen(OpenPath(number, epoch));
        if (open?.Count >= count)
            return open.GetRange(0, count);
        if (ReadPacked(PackedPath(number, count), count) is { } packed)
            return packed;
        // A crash of the store may take back what it was told last. Files are further then: a later opening began its own with all that counted before it, and
        // a block may hold more than what counts.
        IEnumerable<List<ReadOnlyMemory<byte>>?> others =
        [
            .. Open().Where(o => o.Number == number && o.Epoch > epoch).OrderBy(static o => o.Epoch).Select(static o => ReadOpen(o.Path)),
            .. Packed().Where(p => p.Number == number && p.Count > count).OrderBy(static p => p.Count).Select(static p => ReadPacked(p.Path, p.Count)),
        ];
        return others.FirstOrDefault(l => l?.Count >= count)?.GetRange(0, count) ?? open ?? [];
    }

    /// <summary>The same for who writes on behind it: what holds something else is kept under another name, and is none from then on.</summary>
    public List<ReadOnlyMemory<byte>> FindReadable(long number, int count, long epoch)
    {
        try
        {
            return Find(number, count, epoch);
        }
        catch (InvalidDataException)
        {
            foreach (var (path, _, held) in Packed().Where(p => p.Number == number).ToList())
                KeepAsideIfDamaged(path, held);
            return Find(number, count, epoch);
        }
    }

    /// <summary>Writes entries into a block from byte <paramref name="offset"/> on, over what stood there; returns where they end.</summary>
    public long Append(long number, long epoch, long offset, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var bytes = LedgerLine.Join(lines);
        Directory.CreateDirectory(folder);
        using var file = File.OpenHandle(OpenPath(number, epoch), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(file, bytes, offset);
        sync.Written(OpenPath(number, epoch));
        return offset + bytes.Length;
    }

    /// <summary>Packs the first <paramref name="count"/> entries of a block; false where they are not all there.</summary>
    public bool Pack(long number, int count, long epoch)
    {
        if (!File.Exists(OpenPath(number, epoch)))
            return true;
        var lines = FindReadable(number, count, epoch);
        if (lines.Count < count)
            return false;
        var path = PackedPath(number, count);
        // Whole and on the disk under its name, or not there, whatever ends when.
        using (var file = new FileStream(path + ".new", FileMode.Create))
        {
            file.Write(LedgerBlock.Pack(lines));
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
        File.Delete(OpenPath(number, epoch));
        return true;
    }

    /// <summary>The blocks that an opening left open.</summary>
    public IReadOnlyList<long> OpenBy(long epoch) => [.. Open().Where(o => o.Epoch == epoch).Select(static o => o.Number).Order()];

    /// <summary>Whether any block is open.</summary>
    public bool AnyOpen => Open().Any();

    /// <summary>Deletes what does not count any more once <paramref name="epoch"/> writes, from block <paramref name="number"/> on: what others have open, and what was packed.</summary>
    public void DeleteOthers(long number, long epoch)
    {
        // They were on the disk; what begins with a copy of them must be there before they go.
        foreach (var (path, _, _) in Open().Where(o => o.Epoch == epoch).ToList())
            FileSync.Flush(path);
        foreach (var (path, _, _) in Open().Where(o => o.Epoch != epoch).ToList())
            File.Delete(path);
        foreach (var (path, _, _) in Packed().Where(p => p.Number >= number).ToList())
            File.Delete(path);
    }

    private void KeepAsideIfDamaged(string path, int count)
    {
        try
        {
            ReadPacked(path, count);
        }
        catch (InvalidDataException e)
        {
            File.Move(path, path + Damaged, overwrite: true);
            StorageLog.BlockDamaged(logger, e, path + Damaged);
        }
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

    // After a power cut a file may be as long as it was and hold zeros.
    private static List<ReadOnlyMemory<byte>>? ReadOpen(string path) =>
        ReadIfThere(path) is { } lines ? [.. LedgerLine.Split(lines).TakeWhile(static l => l.Span is [(byte)'{', .., (byte)'}'])] : null;

    private static List<ReadOnlyMemory<byte>>? ReadPacked(string path, int count) => ReadIfThere(path) is { } block ? [.. LedgerBlock.Unpack(block, count)] : null;

    private static byte[]? ReadIfThere(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var bytes = GC.AllocateUninitializedArray<byte>((int)file.Length);
            // One that is cut while it is read ends where it was cut.
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Packed, or its time was over, meanwhile.
            return null;
        }
    }
}
