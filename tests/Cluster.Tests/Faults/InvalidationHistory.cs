using System.Diagnostics;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// What was invalidated and what was answered, with the times at which each was asked for and had returned: whether some order of the deletions and
/// the answers, each at one moment between its two times, has no answer that a deletion before it forbids.
/// </summary>
internal static class InvalidationHistory
{
    /// <summary>Answers that no order allows: made by a call that had begun before a deletion was asked for, and given to a request that came after it had returned.</summary>
    /// <param name="deletions">Those that succeeded; one that failed may have taken place or not, and forbids nothing.</param>
    /// <param name="answers">All.</param>
    public static IEnumerable<(Deletion Deletion, Answer Answer)> Violations(IEnumerable<Deletion> deletions, IEnumerable<Answer> answers)
    {
        var byTag = answers.ToLookup(static a => (a.Owner, a.Tag));
        return deletions.SelectMany(d => byTag[(d.Owner, d.Tag)].Where(a => a.MadeAt < d.Asked && a.Asked > d.Returned).Select(a => (d, a)));
    }

    /// <summary>A deletion that succeeded.</summary>
    /// <param name="Owner">Whose entries.</param>
    /// <param name="Tag">Which.</param>
    /// <param name="Asked">Timestamp.</param>
    /// <param name="Returned">Timestamp.</param>
    internal sealed record Deletion(string? Owner, string Tag, long Asked, long Returned)
    {
        public override string ToString() => $"{Tag}, which took {Stopwatch.GetElapsedTime(Asked, Returned).TotalMilliseconds:0} ms";
    }

    /// <summary>An answer.</summary>
    /// <param name="Owner">Who got it.</param>
    /// <param name="Tag">Its tag.</param>
    /// <param name="MadeAt">When the provider's call that made it began.</param>
    /// <param name="Asked">When the request for it came.</param>
    internal sealed record Answer(string? Owner, string Tag, long MadeAt, long Asked);
}
