namespace OrleansLlm.Grains;

/// <summary>Writes a grain's state behind its calls: at most <see cref="Interval"/> after a change, and when the grain goes. Not safe for concurrent use.</summary>
/// <param name="write">Writes it.</param>
/// <param name="failed">Told where that failed; the state stays in memory, and the next turn tries again.</param>
internal sealed class StateWriter(Func<CancellationToken, Task> write, Action<Exception> failed)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private bool _dirty;

    /// <summary>Notes a change.</summary>
    public void Changed() => _dirty = true;

    /// <summary>Writes now, where there is a change.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (!_dirty)
            return;
        _dirty = false;
        try
        {
            await write(cancellationToken);
        }
        catch (Exception e)
        {
            _dirty = true;
            failed(e);
        }
    }
}
