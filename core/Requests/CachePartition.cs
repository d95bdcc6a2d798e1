
namespace OrleansLlm.Core.Requests;

/// <summary>
/// The hard border of the cache: no answer ever crosses it, by meaning or otherwise. A hash over the tenant, the namespace,
/// the policy epoch and everything in the request that is not the question.
/// </summary>
/// <param name="Value">64 lower-case hexadecimal digits.</param>
public readonly record struct CachePartition(string Value)
{
    /// <summary>The partition of <paramref name="request"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tenantId">From the credential, never from the body.</param>
    /// <param name="cacheNamespace">Narrows further; empty for none.</param>
    /// <param name="epoch">Raised to abandon all earlier entries of the tenant.</param>
    /// <param name="ignoreContext">Whether the tenant chose to let retrieved passages vary between paraphrases.</param>
    /// <param name="headers">The caller's headers that go on to the provider, in the order of their names: they may change the answer.</param>
    /// <param name="routing">What the caller or its key settled in place of the tenant's: who must have the model that was asked for is given no other's answer. Null for nothing.</param>
    /// <param name="compression">Likewise of answers to shortened prompts.</param>
    public static CachePartition Of(
        ChatRequest request, string tenantId, string cacheNamespace, int epoch, bool ignoreContext, IReadOnlyList<KeyValuePair<string, string>>? headers = null,
        LayerMode? routing = null, LayerMode? compression = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var hash = new CanonicalHash();
        CanonicalJson.AppendText(hash, 'T', tenantId);
        CanonicalJson.AppendText(hash, 'N', cacheNamespace);
        CanonicalJson.AppendFrame(hash, 'E', epoch);
        foreach (var (name, value) in headers ?? [])
        {
            CanonicalJson.AppendText(hash, 'h', name);
            CanonicalJson.AppendText(hash, 'v', value);
        }

        if (routing is { } routed)
            CanonicalJson.AppendFrame(hash, 'r', (int)routed);
        if (compression is { } compressed)
            CanonicalJson.AppendFrame(hash, 'z', (int)compressed);
        hash.Append(request.IsolationDigest);
        if (!ignoreContext)
            hash.Append(request.ContextDigest);
        return new CachePartition(Convert.ToHexStringLower(hash.Current()));
    }

    public override string ToString() => Value;
}
