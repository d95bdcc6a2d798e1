using System.Numerics.Tensors;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Questions of one partition whose answers are on their way, so that rewordings asked meanwhile wait for them and do not call the
/// upstream again. Answers linger a moment, for those that looked into the cache just before they got there. Not thread-safe
/// (a grain is the one owner).
/// </summary>
/// <typeparam name="TAnswer">The answer as the gateways carry it.</typeparam>
/// <param name="capacity">Most questions held; beyond it new ones are led without being found by others.</param>
/// <param name="lease">How long a question without an answer is offered to others; a leader that is slower, or gone, holds nobody up.</param>
/// <param name="linger">How long an answer is kept.</param>
public sealed class PendingQuestions<TAnswer>(int capacity, TimeSpan lease, TimeSpan linger)
    where TAnswer : class
{
    private readonly Dictionary<string, Pending> _byFingerprint = new(StringComparer.Ordinal);

    public int Count => _byFingerprint.Count;

    /// <summary>
    /// The nearest questions under way, or, where there is none, the right to lead: then this question is under way from now on.
    /// </summary>
    /// <param name="fingerprint">The request's.</param>
    /// <param name="question">Its question.</param>
    /// <param name="vector">Its unit vector.</param>
    /// <param name="top">Most candidates.</param>
    /// <param name="minimumCosine">Least similarity of a candidate.</param>
    /// <param name="refused">Fingerprints that were offered before and did not fit.</param>
    /// <param name="now">Time of the call.</param>
    /// <returns>Candidates, nearest first; empty for the leader.</returns>
    public IReadOnlyList<PendingCandidate> Enter(
        string fingerprint, string question, float[] vector, int top, float minimumCosine, IReadOnlyCollection<string> refused, DateTimeOffset now)
    {
        DropOver(now);
        var near = new List<PendingCandidate>();
        foreach (var (key, pending) in _byFingerprint)
        {
            if (pending.Vector.Length != vector.Length || refused.Contains(key))
                continue;
            var cosine = TensorPrimitives.Dot(pending.Vector.AsSpan(), vector);
            if (cosine >= minimumCosine)
                near.Add(new PendingCandidate(key, pending.Question, cosine, now - pending.Since));
        }

        if (near.Count > 0)
            return [.. near.OrderByDescending(c => c.Cosine).ThenBy(c => c.Fingerprint, StringComparer.Ordinal).Take(top)];
        // The same request may be here, refused: unanswered, those that wait for it keep waiting for it; answered, it gives way to the new call.
        var isWaitedFor = _byFingerprint.TryGetValue(fingerprint, out var same) && !same.Answer.Task.IsCompleted;
        if (!isWaitedFor && _byFingerprint.Count < capacity)
            _byFingerprint[fingerprint] = new Pending(question, vector, now, now + lease);
        return [];
    }

    /// <summary>The answer to a question under way; completes with null where its leader has none to share or is too late.</summary>
    public Task<TAnswer?> WaitAsync(string fingerprint) =>
        _byFingerprint.TryGetValue(fingerprint, out var pending) ? pending.Answer.Task : Task.FromResult<TAnswer?>(null);

    /// <summary>Ends a question: with its answer, or with null where others must ask for themselves.</summary>
    public void Complete(string fingerprint, TAnswer? answer, DateTimeOffset now)
    {
        if (!_byFingerprint.TryGetValue(fingerprint, out var pending))
            return;
        if (answer is null)
            _byFingerprint.Remove(fingerprint);
        else
            pending.Until = now + linger;
        pending.Answer.TrySetResult(answer);
    }

    private void DropOver(DateTimeOffset now)
    {
        foreach (var (key, pending) in _byFingerprint)
        {
            if (pending.Until > now)
                continue;
            _byFingerprint.Remove(key);
            pending.Answer.TrySetResult(null);
        }
    }

    private sealed class Pending(string question, float[] vector, DateTimeOffset since, DateTimeOffset until)
    {
        public string Question { get; } = question;

        public float[] Vector { get; } = vector;

        public DateTimeOffset Since { get; } = since;

        public DateTimeOffset Until { get; set; } = until;

        public TaskCompletionSource<TAnswer?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A question under way that may be the same.</summary>
/// <param name="Fingerprint">Its request's.</param>
/// <param name="Question">Its text.</param>
/// <param name="Cosine">Similarity, in [-1, 1].</param>
/// <param name="Age">How long it has been under way: its answer is no older.</param>
public readonly record struct PendingCandidate(string Fingerprint, string Question, float Cosine, TimeSpan Age);
