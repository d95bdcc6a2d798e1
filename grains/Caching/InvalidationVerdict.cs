namespace OrleansLlm.Grains.Caching;

/// <summary>What a tenant's invalidation rules say of a stored answer.</summary>
internal enum InvalidationVerdict
{
    Allowed,

    /// <summary>A rule forgets it, for good.</summary>
    Forbidden,

    /// <summary>The rules cannot be read now: it is not given, and may be later.</summary>
    Unknown,
}
