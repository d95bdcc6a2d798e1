using System.Buffers;

namespace OrleansLlm.Grains.Gateway;

/// <summary>
/// The bytes of an answer as they come, for any number of readers who each start at the beginning. Holds them all while they fit the limit,
/// so that readers may join late. Beyond it, what every reader has had is dropped and nobody joins any more, and the writer waits for the
/// slowest reader: then the provider's connection fills, and no memory does. One thread writes; readers are wherever they are.
/// </summary>
/// <remarks>
/// Events lie one behind the other in blocks of the array pool. A block goes back once everyone who may read it has had it, and no reader ever
/// holds a piece of it: it copies, and says so while it does.
/// </remarks>
/// <param name="limit">Bytes held before the writer waits; an event may exceed it.</param>
/// <param name="isPrivate">Whether nobody joins the first reader: then what that one has had is dropped at once.</param>
internal sealed class ReplayBuffer(long limit = long.MaxValue, bool isPrivate = false)
{
    private const int SmallestBlock = 4 * 1024;
    private const int LargestBlock = 32 * 1024;

    private readonly Lock _lock = new();
    private readonly List<ReplayReader> _readers = [];
    private ReplayBlock? _first;
    private ReplayBlock? _last;
    private TaskCompletionSource? _room;
    private long _dropped;
    private int _reading;
    private bool _complete;

    /// <summary>Bytes that came.</summary>
    public long Length { get; private set; }

    /// <summary>The end of a stream, which readers get once the answer is in the ledger; null where there is none.</summary>
    public byte[]? Held { get; private set; }

    /// <summary>Bytes that can still be read, what is kept back apart.</summary>
    public long Retained => Length - Interlocked.Read(ref _dropped);

    /// <summary>Whether nothing was dropped yet: only then may a reader join.</summary>
    public bool IsWhole => Interlocked.Read(ref _dropped) == 0;

    /// <summary>Keeps the last piece back: a caller who has it has a whole answer.</summary>
    public void Hold(ReadOnlySpan<byte> piece) => Held = Held is null ? piece.ToArray() : [.. Held, .. piece];

    /// <summary>Adds an event of a stream. Readers learn of it by <see cref="Publish"/>.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_last is null || !_last.TryAppend(bytes))
            {
                var block = ReplayBlock.Rent(Math.Max(bytes.Length, (int)Math.Clamp(Retained, SmallestBlock, LargestBlock)), Length);
                block.TryAppend(bytes);
                Add(block);
            }

            Length += bytes.Length;
        }
    }

    /// <summary>Adds a plain answer, whose bytes may be another's too.</summary>
    public void AppendWhole(byte[] answer)
    {
        lock (_lock)
        {
            Add(ReplayBlock.Of(answer, Length));
            Length += answer.Length;
        }
    }

    /// <summary>Has readers read what was added.</summary>
    /// <param name="onThisThread">Whether the first of them does so before this returns.</param>
    public void Publish(bool onThisThread)
    {
        ReplayReader? first = null;
        lock (_lock)
        {
            for (var i = 0; i < _readers.Count; i++)
            {
                if (onThisThread && i == 0 && _readers[i].TrySignal())
                    first = _readers[i];
                else
                    _readers[i].Signal();
            }
        }

        first?.GoOn();
    }

    /// <summary>Returns once no more than the limit is held.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => RoomMade() is { } room ? WaitAsync(room, cancellationToken) : default;

    /// <summary>No more will come.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _complete = true;
            foreach (var reader in _readers)
            {
                NoteEnd(reader);
                reader.Signal();
            }
        }
    }

    /// <summary>All bytes, once complete.</summary>
    public byte[] ToArray()
    {
        lock (_lock)
        {
            if (!IsWhole)
                throw new InvalidOperationException("A part of the answer has been dropped.");
            if (_first is { Next: null, Whole: { } answer })
                return answer;
            var whole = new byte[Length];
            for (var block = _first; block is not null; block = block.Next)
                block.From(block.Start).CopyTo(whole.AsSpan((int)block.Start));
            return whole;
        }
    }

    /// <summary>A reader at the beginning; null where that was dropped. What it has not read stays until it is closed.</summary>
    public ReplayReader? TryOpen()
    {
        lock (_lock)
        {
            if (!IsWhole)
                return null;
            var reader = new ReplayReader(this);
            _readers.Add(reader);
            _reading++;
            return reader;
        }
    }

    /// <summary>Nobody waits for this reader any more. Of an answer that is complete it may still read the rest.</summary>
    public void Close(ReplayReader reader)
    {
        lock (_lock)
        {
            if (!_readers.Remove(reader))
                return;
            if (!_complete)
                End(reader);
            reader.Signal();
            MakeRoom();
        }
    }

    internal int Read(ReplayReader reader, IBufferWriter<byte> into)
    {
        ReplayBlock block;
        ReadOnlySpan<byte> bytes;
        lock (_lock)
        {
            if (!HasMore(reader))
                return 0;
            block = reader.Block ?? _first!;
            while (reader.Position == block.End)
                block = block.Next!;
            bytes = block.From(reader.Position);
            reader.Block = block;
            block.Copying++;
        }

        into.Write(bytes);
        lock (_lock)
        {
            block.Copying--;
            reader.Position += bytes.Length;
            NoteEnd(reader);
            if (isPrivate)
                Drop();
            MakeRoom();
            return bytes.Length;
        }
    }

    internal ValueTask<bool> WaitAsync(ReplayReader reader)
    {
        lock (_lock)
        {
            if (HasMore(reader))
                return new(true);
            return _complete || reader.HasEnded ? new(false) : reader.Wait();
        }
    }

    internal void Wake(ReplayReader reader)
    {
        lock (_lock)
            reader.NoteWake();
    }

    private async ValueTask WaitAsync(Task room, CancellationToken cancellationToken)
    {
        for (var full = room; full is not null; full = RoomMade())
            await full.WaitAsync(cancellationToken);
    }

    private bool HasMore(ReplayReader reader) => !reader.HasEnded && reader.Position < Length;

    private void Add(ReplayBlock block)
    {
        if (_last is null)
            _first = block;
        else
            _last.Next = block;
        _last = block;
    }

    // A reader of a complete answer has had it all.
    private void NoteEnd(ReplayReader reader)
    {
        if (_complete && reader.Position == Length)
            End(reader);
    }

    // Once the last has ended nobody reads a block any more.
    private void End(ReplayReader reader)
    {
        if (reader.HasEnded)
            return;
        reader.HasEnded = true;
        if (--_reading == 0 && _complete)
            DropTo(Length);
    }

    // Null where there is room; else what is done when there may be.
    private Task? RoomMade()
    {
        lock (_lock)
        {
            Drop();
            return Retained <= limit ? null : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    // Without readers nothing may go: the first one is about to begin. Once complete, those may still read of whom nobody waits.
    private void Drop()
    {
        if (_complete || (Retained <= limit && !isPrivate) || _readers.Count == 0)
            return;
        var read = long.MaxValue;
        foreach (var reader in _readers)
            read = Math.Min(read, reader.Position);
        DropTo(read);
    }

    private void DropTo(long position)
    {
        Interlocked.Exchange(ref _dropped, position);
        while (_first is { } block && block.End <= position)
        {
            // The last one is written to where it is.
            if (block == _last && !_complete)
            {
                block.Empty();
                return;
            }

            _first = block.Next;
            block.GiveBack();
        }

        if (_first is null)
            _last = null;
    }

    private void MakeRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }
}
