using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Client.Wire;

/// <summary>What a request's body takes of the bytes that this process holds at once. It counts what has come, so that a length alone takes nothing.</summary>
internal sealed class BodyRoom(FairBuffer bodies, string tenantId) : IDisposable
{
    private long _held;

    /// <summary>Makes room for <paramref name="bytes"/> in all; false where there is none.</summary>
    public bool TryGrow(long bytes)
    {
        if (!bodies.TryHold(tenantId, bytes - _held))
            return false;
        _held = bytes;
        return true;
    }

    public void Dispose()
    {
        bodies.Release(tenantId, _held);
        _held = 0;
    }
}
