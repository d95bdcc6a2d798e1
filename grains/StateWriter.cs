using Orleans.Storage;

namespace OrleansLlm.Grains;

/// <summary>Writes a grain's state behind its calls: at most a second after a change, and when the grain goes. For the grain's turns alone.</summary>
/// <param name="state">Where it is stored.</param>
/// <param name="refresh">Brings the state up to date before it is written.</param>
/// <param name="failed">Told where that failed; the state stays in memory, and the next turn tries again.</param>
internal sealed class StateWriter<T>(IPersistentState<T> state, Action<T> refresh, Action<Exception> failed)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private bool _dirty;

    /// <summary>Writes from now on, in turns of <paramref name="grain"/>, whose state it is.</summary>
    public void Start(Grain grain) => grain.RegisterGrainTimer(SaveAsync, new GrainTimerCreationOptions { DueTime = s_interval, Period = s_interval });

    /// <summary>Notes a change.</summary>
    public void Changed() => _dirty = true;

    /// <summary>Writes now, where there is a change.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (!_dirty)
            return;
        _dirty = false;
        var mine = state.State;
        refresh(mine);
        try
        {
            try
            {
                await state.WriteStateAsync(cancellationToken);
            }
            catch (InconsistentStateException)
            {
                // The store was emptied, another activation wrote, or an earlier write came through after it had timed out: by its tag no write would be taken any more.
                await state.ReadStateAsync(cancellationToken);
                state.State = mine;
                await state.WriteStateAsync(cancellationToken);
            }
        }
        catch (Exception e)
        {
            state.State = mine;
            _dirty = true;
            failed(e);
        }
    }
}
