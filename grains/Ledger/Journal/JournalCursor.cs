namespace OrleansLlm.Grains.Ledger.Journal;

/// <summary>How far one reader of a journal has come. One thread at a time uses it.</summary>
internal sealed class JournalCursor(LedgerJournal journal)
{
    private const int FirstSize = 64 * 1024;

    private byte[] _buffer = new byte[FirstSize];
    private long _offset;
    private int _read;

    /// <summary>Number of the segment that is read, from 0.</summary>
    public int Segment { get; private set; }

    /// <summary>Bytes of the journal not passed yet.</summary>
    public long Behind => journal.BytesFrom(Segment, _offset);

    /// <summary>
    /// The next whole lines, about <paramref name="mostBytes"/> of them at most; empty at the end. The same again until <see cref="Advance"/> is called.
    /// </summary>
    public ReadOnlyMemory<byte> Read(int mostBytes)
    {
        while (journal.Find(Segment) is { } segment)
        {
            var sealedSegment = journal.IsSealed(Segment);
            var left = segment.Length - _offset;
            if (left == 0)
            {
                if (!sealedSegment)
                    break;
                (Segment, _offset) = (Segment + 1, 0);
                continue;
            }

            var size = (int)Math.Min(left, mostBytes);
            while (true)
            {
                if (_buffer.Length < size)
                    _buffer = new byte[size];
                var read = segment.Read(_offset, _buffer.AsSpan(0, size));
                _read = _buffer.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
                if (_read > 0)
                    return _buffer.AsMemory(0, _read);
                if (size == left)
                    break;
                // A line longer than what was asked for.
                size = (int)Math.Min(left, 2L * size);
            }

            // A line that a crash tore: nothing follows it in its segment.
            _offset = segment.Length;
        }

        _read = 0;
        return default;
    }

    /// <summary>What was read last has been dealt with.</summary>
    public void Advance()
    {
        _offset += _read;
        _read = 0;
    }
}
