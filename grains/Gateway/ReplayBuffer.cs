using System.Runtime.CompilerServices;

namespace OrleansLlm.Grains.Gateway;

/// <summary>
/// The bytes of an answer as they come, for any number of readers who each start at the beginning. Lives inside one grain
/// activation, whose turns never run at the same time, so it needs no lock.
/// </summary>
internal sealed class ReplayBuffer
{
    private readonly List<byte[]> _pieces = [];
    private TaskCompletionSource _changed = New();
    private bool _complete;

    /// <summary>Bytes held.</summary>
    public long Length { get; private set; }

    /// <summary>The end of a stream, which readers get once the answer is in the ledger; null where there is none.</summary>
    public byte[]? Held { get; private set; }

    /// <summary>Keeps the last piece back: a caller who has it has a whole answer.</summary>
    public void Hold(byte[] piece) => Held = Held is null ? piece : [.. Held, .. piece];

    public void Append(byte[] piece)
    {
        _pieces.Add(piece);
        Length += piece.Length;
        Signal();
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

    /// <summary>Every piece from the first, then those that come, until complete.</summary>
    public async IAsyncEnumerable<byte[]> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = 0;
        while (true)
        {
            while (next < _pieces.Count)
                yield return _pieces[next++];
            if (_complete)
                yield break;
            await _changed.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        var changed = _changed;
        if (!_complete)
            _changed = New();
        changed.TrySetResult();
    }
}
