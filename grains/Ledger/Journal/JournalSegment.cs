using Microsoft.Win32.SafeHandles;

namespace OrleansLlm.Grains.Ledger.Journal;

/// <summary>
/// A stretch of the journal: a file, or memory where no file can be written. One thread at a time appends; any may read what was appended before.
/// </summary>
internal sealed class JournalSegment : IDisposable
{
    private readonly SafeFileHandle? _file;
    private readonly string? _path;
    private readonly MemoryStream? _memory;
    private long _length;

    private JournalSegment(SafeFileHandle? file, string? path, MemoryStream? memory, long createdAt)
    {
        _file = file;
        _path = path;
        _memory = memory;
        CreatedAt = createdAt;
        _length = file is null ? 0 : RandomAccess.GetLength(file);
    }

    /// <summary>A <see cref="TimeProvider.GetTimestamp"/> value.</summary>
    public long CreatedAt { get; }

    public long Length => Interlocked.Read(ref _length);

    public bool IsInMemory => _memory is not null;

    /// <exception cref="IOException">The file cannot be made.</exception>
    public static JournalSegment Create(string path, long createdAt) =>
        new(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read), path, null, createdAt);

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static JournalSegment Open(string path) => new(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), path, null, 0);

    public static JournalSegment InMemory(long createdAt) => new(null, null, new MemoryStream(), createdAt);

    /// <summary>Adds whole lines. They are the operating system's from then on: the end of this process, however sudden, does not lose them.</summary>
    /// <exception cref="IOException">They could not be written; what part of them was is no part of the segment.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        var length = Length;
        if (_memory is not null)
        {
            lock (_memory)
            {
                _memory.Position = length;
                _memory.Write(lines);
            }
        }
        else
        {
            RandomAccess.Write(_file!, lines, length);
        }

        Interlocked.Exchange(ref _length, length + lines.Length);
    }

    /// <summary>Reads appended bytes from <paramref name="offset"/> on; 0 at the end.</summary>
    public int Read(long offset, Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, Length - offset)];
        if (_memory is null)
            return buffer.IsEmpty ? 0 : RandomAccess.Read(_file!, buffer, offset);
        lock (_memory)
        {
            _memory.Position = offset;
            return _memory.Read(buffer);
        }
    }

    /// <summary>Lets go of it and of its file.</summary>
    public void Delete()
    {
        Dispose();
        if (_path is not null)
            File.Delete(_path);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _memory?.Dispose();
    }
}
