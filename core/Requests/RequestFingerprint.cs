
namespace OrleansLlm.Core.Requests;

/// <summary>Identity of a request for exact hits and single flight: SHA-256 over its partition, its context and its question.</summary>
/// <param name="Value">64 lower-case hexadecimal digits.</param>
public readonly record struct RequestFingerprint(string Value)
{
    public static RequestFingerprint Of(ChatRequest request, CachePartition partition)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var hash = new CanonicalHash();
        CanonicalJson.AppendText(hash, 'P', partition.Value);
        // The partition may leave the context out; an exact hit never does.
        hash.Append(request.ContextDigest);
        CanonicalJson.AppendText(hash, 'Q', request.Segments.Question);
        return new RequestFingerprint(Convert.ToHexStringLower(hash.Current()));
    }

    /// <summary>Which of <paramref name="buckets"/> gateway grains of the partition serves it.</summary>
    public int Bucket(int buckets) => Convert.ToInt32(Value[..6], 16) % buckets;

    public override string ToString() => Value;
}
