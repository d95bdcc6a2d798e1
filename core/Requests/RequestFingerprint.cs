
namespace OrleansLlm.Core.Requests;

/// <summary>Identity of a request for exact hits and single flight: SHA-256 over its partition and the whole of its last user turn.</summary>
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
        if (request.Segments.MessageIndex >= 0)
            AppendTexts(hash, request.Messages[request.Segments.MessageIndex].TextParts, request.Segments.Question);
        return new RequestFingerprint(Convert.ToHexStringLower(hash.Current()));
    }

    // A question taken out of its documents does not say where it stood among them.
    private static void AppendTexts(CanonicalHash hash, IReadOnlyList<TextPart> parts, string question)
    {
        if (parts is [{ } only] && only.Text.AsSpan().Trim().SequenceEqual(question))
            return;
        foreach (var part in parts)
            CanonicalJson.AppendText(hash, 't', part.Text.AsSpan().Trim());
    }

    /// <summary>Which of <paramref name="buckets"/> gateway grains of the partition serves it.</summary>
    public int Bucket(int buckets) => Convert.ToInt32(Value[..6], 16) % buckets;

    public override string ToString() => Value;
}
