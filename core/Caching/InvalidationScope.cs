namespace OrleansLlm.Core.Caching;

/// <summary>What an invalidation forgets of a tenant's answers.</summary>
public enum InvalidationScope
{
    /// <summary>All of them.</summary>
    Tenant,

    /// <summary>Those of one <c>x-orleansllm-cache-namespace</c>.</summary>
    Namespace,

    /// <summary>Those that carry one of <c>x-orleansllm-cache-tags</c>, e.g. a document's id.</summary>
    Tag,

    /// <summary>One answer, by the fingerprint of the request that it was given to.</summary>
    Entry,
}
