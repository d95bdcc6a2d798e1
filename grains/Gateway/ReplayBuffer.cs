using System.Runtime.CompilerServices;

namespace OrleansLlm.Grains.Gateway;

/// <summary>
/// The bytes of an answer as they come, for any number of readers who each start at the beginning. Holds them all while they fit the limit,
/// so that readers may join late. Beyond it, what every reader has had is dropped and nobody joins any more, and the writer waits for the
/// slowest reader: then the provider's connection fills, and no memory does. Lives inside one grain activation, whose turns never run at
/// the same time, so it needs no lock.
/// </summary>
/// <param name="limit">Bytes held before the writer waits; a piece may exceed it.</param>
internal sealed class ReplayBuffer(long limit = long.MaxValue)
{
    private readonly List<byte[]> _pieces = [];
    private readonly List<ReplayReader> _readers = [];
    private TaskCompletionSource _changed = New();
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
    public bool IsWhole => _dropped == 0;

    public void Append(byte[] piece)
    {
        _pieces.Add(piece);
        Length += piece.Length;
        Retained += piece.Length;
        Signal();
    }

    /// <summary>Returns once no more than the limit is held.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        Drop();
        while (Retained > limit)
        {
            _room ??= New();
            await _room.Task.WaitAsync(cancellationToken);
            Drop();
        }
    }

    /// <summary>No more will come.</summary>
    public void Complete()
    {
        _complete = true;
        Signal();
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

    /// <summary>A reader at the beginning. What it has not read stays until it is closed.</summary>
    public ReplayReader Open()
    {
        if (!IsWhole)
            throw new InvalidOperationException("A part of the answer has been dropped.");
        var reader = new ReplayReader();
        _readers.Add(reader);
        return reader;
    }

    public void Close(ReplayReader reader)
    {
        _readers.Remove(reader);
        MakeRoom();
    }

    /// <summary>Every piece from the first, then those that come, until complete.</summary>
    public async IAsyncEnumerable<byte[]> ReadAsync(ReplayReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            while (reader.Next - _dropped < _pieces.Count)
            {
                var piece = _pieces[(int)(reader.Next++ - _dropped)];
                MakeRoom();
                yield return piece;
            }

            if (_complete)
                yield break;
            await _changed.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

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
        _dropped += count;
    }

    private void MakeRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }

    private void Signal()
    {
        var changed = _changed;
        if (!_complete)
            _changed = New();
        changed.TrySetResult();
    }
}

/// <summary>Where a reader of a <see cref="ReplayBuffer"/> stands.</summary>
internal sealed class ReplayReader
{
    /// <summary>The number of the piece it reads next, from 0.</summary>
    public long Next { get; set; }
}
