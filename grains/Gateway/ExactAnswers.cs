using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Answers that one activation keeps for exact hits without a lookup; the least recently used leaves.</summary>
/// <param name="capacity">Most answers; 0 keeps none.</param>
/// <param name="mostBytes">Most bytes of their bodies, as stored; a larger one is not kept.</param>
/// <param name="time">Judges age.</param>
internal sealed class ExactAnswers(int capacity, long mostBytes, TimeProvider time)
{
    private readonly Dictionary<string, LinkedListNode<Kept>> _byFingerprint = new(StringComparer.Ordinal);
    private readonly LinkedList<Kept> _byUse = new();
    private long _bytes;

    /// <summary>The answer, unless it is older than <paramref name="maxAgeSeconds"/> or past its time.</summary>
    public StoredAnswer? Find(string fingerprint, int? maxAgeSeconds)
    {
        if (!_byFingerprint.TryGetValue(fingerprint, out var node))
            return null;
        var now = time.GetUtcNow();
        if (node.Value.ExpiresAt <= now)
        {
            Remove(fingerprint);
            return null;
        }

        if (maxAgeSeconds is { } most && (now - node.Value.Answer.CreatedAt).TotalSeconds > most)
            return null;
        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return node.Value.Answer;
    }

    public void Keep(string fingerprint, StoredAnswer answer, TimeSpan timeToLive)
    {
        Remove(fingerprint);
        if (capacity == 0 || answer.Body.Length > mostBytes)
            return;
        while (_byUse.Count >= capacity || _bytes + answer.Body.Length > mostBytes)
            Remove(_byUse.Last!.Value.Fingerprint);
        _bytes += answer.Body.Length;
        _byFingerprint[fingerprint] = _byUse.AddFirst(new Kept(fingerprint, answer, answer.CreatedAt + timeToLive));
    }

    private void Remove(string fingerprint)
    {
        if (!_byFingerprint.Remove(fingerprint, out var node))
            return;
        _byUse.Remove(node);
        _bytes -= node.Value.Answer.Body.Length;
    }

    private sealed record Kept(string Fingerprint, StoredAnswer Answer, DateTimeOffset ExpiresAt);
}
