namespace OrleansLlm.Core.RateLimits;

/// <summary>
/// Bytes that tenants may hold in memory at once. None holds more than what it leaves free (a dynamic threshold: Choudhury and Hahne, "Dynamic queue
/// length thresholds for shared-memory packet switches", 1998): alone it has half, one of two a third, and there is room for whoever comes next.
/// Safe for concurrent use.
/// </summary>
/// <param name="most">Bytes of all together.</param>
public sealed class FairBuffer(long most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _tenants = new(StringComparer.Ordinal);

    /// <summary>Held by all together, in bytes.</summary>
    public long Held { get; private set; }

    /// <summary>Holds more for a tenant; false, and nothing changed, where there is no room. What is held must be released (<see cref="Release"/>).</summary>
    public bool TryHold(string tenantId, long bytes)
    {
        lock (_lock)
        {
            var own = _tenants.GetValueOrDefault(tenantId) + bytes;
            // Nothing more always fits: others may have come close meanwhile, and what is held is held.
            if (bytes > 0 && own > most - Held - bytes)
                return false;
            _tenants[tenantId] = own;
            Held += bytes;
            return true;
        }
    }

    /// <summary>Gives back what a tenant held.</summary>
    public void Release(string tenantId, long bytes)
    {
        lock (_lock)
        {
            var own = _tenants.GetValueOrDefault(tenantId) - bytes;
            ArgumentOutOfRangeException.ThrowIfNegative(own, nameof(bytes));
            if (own == 0)
                _tenants.Remove(tenantId);
            else
                _tenants[tenantId] = own;
            Held -= bytes;
        }
    }
}
