using System.Diagnostics.CodeAnalysis;

namespace OrleansLlm.Grains.Gateway;

/// <summary>
/// The bytes of an answer as they come, for any number of readers who each start at the beginning. Holds them all while they fit the limit,
/// so that readers may join late. Beyond it, what every reader has had is dropped and nobody joins any more, and the writer waits for the
/// slowest reader: then the provider's connection fills, and no memory does. One thread writes; readers are wherever they are.
/// </summary>
/// <param name="limit">Bytes held before the writer waits; a piece may exceed it.</param>
internal sealed class ReplayBuffer(long limit = long.MaxValue)
{
    private readonly Lock _lock = new();
    private readonly List<byte[]> _pieces = [];
    private readonly List<ReplayReader> _readers = [];
    private TaskCompletionSource? _room;
    private long _dropped;
    private bool _complete;

    /// <summary>Bytes that came.</summary>
    public long Length { get; private set; }

    /// <summary>The end of a stream, which readers get once the answer is in the ledger; null where there is none.</summary>
    public byte[]? Held { get; private set; }

    /// <summary>Keeps the last piece back: a caller who has it has a whole answer.</summary>
    public void Hold(byte[] piece) => Held = Held is null ? piece : [.. Held, .. piece];

    /// <summary>Bytes in memory, what is kept back apart.</summary>
    public long Retained { get; private set; }

    /// <summary>Whether nothing was dropped yet: only then may a reader join.</summary>
    public bool IsWhole => Interlocked.Read(ref _dropped) == 0;

    public void Append(byte[] piece)
    {
        lock (_lock)
        {
            _pieces.Add(piece);
            Length += piece.Length;
            Retained += piece.Length;
            foreach (var reader in _readers)
                reader.Signal();
        }
    }

    /// <summary>Returns once no more than the limit is held.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (RoomMade() is { } room)
            await room.WaitAsync(cancellationToken);
    }

    /// <summary>No more will come.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _complete = true;
            foreach (var reader in _readers)
                reader.Signal();
        }
    }

    /// <summary>All bytes, once complete.</summary>
    public byte[] ToArray()
    {
        if (!IsWhole)
            throw new InvalidOperationException("A part of the answer has been dropped.");
        if (_pieces.Count == 1)
            return _pieces[0];
        var whole = new byte[Length];
        var at = 0;
        foreach (var piece in _pieces)
        {
            piece.CopyTo(whole, at);
            at += piece.Length;
        }

        return whole;
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
            return reader;
        }
    }

    /// <summary>Nobody waits for this reader any more. Of an answer that is complete it may still read the rest.</summary>
    public void Close(ReplayReader reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
            reader.IsClosed = true;
            reader.Signal();
            MakeRoom();
        }
    }

    internal bool TryRead(ReplayReader reader, [NotNullWhen(true)] out byte[]? piece)
    {
        lock (_lock)
        {
            if (!HasMore(reader))
            {
                piece = null;
                return false;
            }

            piece = _pieces[(int)(reader.Next++ - _dropped)];
            MakeRoom();
            return true;
        }
    }

    internal ValueTask<bool> WaitAsync(ReplayReader reader)
    {
        lock (_lock)
        {
            if (HasMore(reader))
                return new(true);
            return _complete || reader.IsClosed ? new(false) : reader.Wait();
        }
    }

    internal void Wake(ReplayReader reader)
    {
        lock (_lock)
            reader.NoteWake();
    }

    private bool HasMore(ReplayReader reader) => (_complete || !reader.IsClosed) && reader.Next - _dropped is var next and >= 0 && next < _pieces.Count;

    // Null where there is room; else what is done when there may be.
    private Task? RoomMade()
    {
        lock (_lock)
        {
            Drop();
            return Retained <= limit ? null : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    // Without readers nothing may go: the first one is about to begin.
    private void Drop()
    {
        if (Retained <= limit || _readers.Count == 0)
            return;
        var read = _readers.Min(static r => r.Next) - _dropped;
        var count = 0;
        while (count < read && Retained > limit)
            Retained -= _pieces[count++].Length;
        _pieces.RemoveRange(0, count);
        Interlocked.Add(ref _dropped, count);
    }

    private void MakeRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }
}
