using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Grains.Ledger.Journal;

/// <summary>
/// The entries that one process made, in order, on its own disk: written before a reply is given to its caller, read from there by whatever
/// keeps the ledger. A folder per process under a common one, locked for as long as the process lives. Where the disk takes no more, memory stands in.
/// </summary>
internal sealed class LedgerJournal : IDisposable
{
    private const long SegmentBytes = 4 * 1024 * 1024;
    private const long MostInMemory = 64 * 1024 * 1024;
    private const string LockName = "lock";
    private const string Extension = ".jsonl";

    private static readonly TimeSpan SegmentAge = TimeSpan.FromMinutes(1);

    // A store that writes to disk behind its replies may lose the last second in a crash of its own; the next start hands over what is kept here.
    public static readonly TimeSpan KeptAfterDelivery = TimeSpan.FromMinutes(1);

    private readonly Lock _appending = new();
    private readonly List<JournalSegment?> _segments = [];
    private readonly List<long> _passedAt = [];
    private readonly Dictionary<string, long> _sequences = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly string _writer;
    private readonly string? _folder;
    private readonly FileStream? _lock;
    private readonly long _mostBytes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _isOpen;
    private bool _diskFailed;
    private int _deleted;

    private LedgerJournal(string writer, string? folder, FileStream? lockFile, bool isOpen, TimeProvider time, ILogger logger, long mostBytes = long.MaxValue)
    {
        (_writer, _folder, _lock, _isOpen, _time, _logger, _mostBytes) = (writer, folder, lockFile, isOpen, time, logger, mostBytes);
        _json = new Utf8JsonWriter(_buffer);
    }

    /// <summary>Whether entries are in memory only now.</summary>
    public bool IsInMemory
    {
        get
        {
            lock (_appending)
                return _segments is [.., { IsInMemory: true }];
        }
    }

    /// <summary>A new writer's journal.</summary>
    /// <param name="root">The folder of all journals; null keeps this one in memory.</param>
    /// <param name="writer">The writer's id.</param>
    /// <param name="time">For the age of segments.</param>
    /// <param name="logger">Is told where the disk cannot be used.</param>
    /// <param name="mostBytes">What all journals under <paramref name="root"/> may take of the disk, to within a segment; memory stands in beyond it.</param>
    public static LedgerJournal Create(string? root, string writer, TimeProvider time, ILogger logger, long mostBytes = long.MaxValue)
    {
        if (root is null)
            return new LedgerJournal(writer, null, null, isOpen: true, time, logger);
        var folder = Path.Combine(root, writer);
        try
        {
            Directory.CreateDirectory(folder);
            return new LedgerJournal(writer, folder, LockFile(folder), isOpen: true, time, logger, mostBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LedgerLog.JournalInMemory(logger, e, folder);
            return new LedgerJournal(writer, null, null, isOpen: true, time, logger);
        }
    }

    /// <summary>The journals under <paramref name="root"/> whose processes are gone, now held by this one.</summary>
    public static List<LedgerJournal> Abandoned(string root, TimeProvider time, ILogger logger)
    {
        var found = new List<LedgerJournal>();
        if (!Directory.Exists(root))
            return found;
        // Others may lie there, as a volume's lost+found.
        foreach (var folder in Directory.EnumerateDirectories(root).Where(static f => File.Exists(Path.Combine(f, LockName))).Order(StringComparer.Ordinal))
        {
            try
            {
                var journal = new LedgerJournal(Path.GetFileName(folder), folder, LockFile(folder), isOpen: false, time, logger);
                journal._segments.AddRange(Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).Select(JournalSegment.Open));
                found.Add(journal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its process lives, or another one is at it.
            }
        }

        return found;
    }

    /// <summary>
    /// Adds entries, together and in order, each with the next number of its tenant; when this returns the end of the process does not lose them.
    /// False where neither disk nor memory takes them.
    /// </summary>
    public bool Append(params ReadOnlySpan<LedgerEntry> entries)
    {
        lock (_appending)
        {
            _buffer.ResetWrittenCount();
            foreach (var entry in entries)
            {
                var sequence = _sequences[entry.TenantId] = _sequences.GetValueOrDefault(entry.TenantId) + 1;
                LedgerLine.Write(_buffer, _json, entry, _writer, sequence);
            }

            if (TryAppend(_buffer.WrittenSpan))
                return true;
            LedgerLog.Lost(_logger, entries.Length);
            return false;
        }
    }

    public JournalCursor NewCursor() => new(this);

    /// <summary>The segment of that number; null where it was not begun yet.</summary>
    public JournalSegment? Find(int number)
    {
        lock (_appending)
            return number < _segments.Count ? _segments[number] : null;
    }

    /// <summary>Whether nothing more comes into the segment of that number.</summary>
    public bool IsSealed(int number)
    {
        lock (_appending)
            return !_isOpen || number < _segments.Count - 1;
    }

    /// <summary>Bytes from <paramref name="offset"/> of segment <paramref name="number"/> on.</summary>
    public long BytesFrom(int number, long offset)
    {
        lock (_appending)
            return _segments.Skip(number).Sum(static s => s?.Length ?? 0) - offset;
    }

    /// <summary>Begins a new segment where the last is old, so that the old one can go once it was read.</summary>
    public void Rotate()
    {
        lock (_appending)
        {
            if (_segments is [.., { } last] && last.Length > 0 && _time.GetElapsedTime(last.CreatedAt) > SegmentAge)
                _segments.Add(NewSegment());
        }
    }

    /// <summary>Deletes segments before <paramref name="firstNeeded"/> some time after every reader has passed them.</summary>
    public void Trim(int firstNeeded)
    {
        lock (_appending)
        {
            while (_passedAt.Count < firstNeeded)
                _passedAt.Add(_time.GetTimestamp());
            for (; _deleted < _passedAt.Count && _time.GetElapsedTime(_passedAt[_deleted]) > KeptAfterDelivery; _deleted++)
            {
                _segments[_deleted]?.Delete();
                _segments[_deleted] = null;
            }
        }
    }

    /// <summary>Deletes everything.</summary>
    public void Delete()
    {
        lock (_appending)
        {
            _segments.ForEach(static s => s?.Delete());
            _segments.Clear();
            Dispose();
            if (_folder is null)
                return;
            File.Delete(Path.Combine(_folder, LockName));
            Directory.Delete(_folder);
        }
    }

    /// <summary>Lets go of the files; they stay.</summary>
    public void Dispose()
    {
        _segments.ForEach(static s => s?.Dispose());
        _json.Dispose();
        _lock?.Dispose();
    }

    // The system's lock ends with its process, however that ends.
    private static FileStream LockFile(string folder) => new(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private bool TryAppend(ReadOnlySpan<byte> lines)
    {
        if (_segments is [.., { IsInMemory: true }] && _segments.Sum(static s => s is { IsInMemory: true } ? s.Length : 0) + lines.Length > MostInMemory)
            return false;
        if (_segments.Count == 0 || _segments[^1]!.Length + lines.Length > SegmentBytes)
            _segments.Add(NewSegment());
        try
        {
            _segments[^1]!.Append(lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failed(e);
            _segments.Add(JournalSegment.InMemory(_time.GetTimestamp()));
            _segments[^1]!.Append(lines);
        }

        return true;
    }

    private JournalSegment NewSegment()
    {
        if (_folder is not null)
        {
            try
            {
                ThrowIfFull(Path.GetDirectoryName(_folder)!);
                var segment = JournalSegment.Create(Path.Combine(_folder, _segments.Count.ToString("D9", CultureInfo.InvariantCulture) + Extension), _time.GetTimestamp());
                _diskFailed = false;
                return segment;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Failed(e);
            }
        }

        return JournalSegment.InMemory(_time.GetTimestamp());
    }

    private void ThrowIfFull(string root)
    {
        if (_mostBytes < long.MaxValue && new DirectoryInfo(root).EnumerateFiles("*" + Extension, SearchOption.AllDirectories).Sum(static f => f.Length) + SegmentBytes > _mostBytes)
            throw new IOException($"The journals in '{root}' may take {_mostBytes.ToString(CultureInfo.InvariantCulture)} bytes (OrleansLlm:Ledger:JournalBytes).");
    }

    private void Failed(Exception exception)
    {
        if (!_diskFailed)
            LedgerLog.JournalInMemory(_logger, exception, _folder!);
        _diskFailed = true;
    }
}
