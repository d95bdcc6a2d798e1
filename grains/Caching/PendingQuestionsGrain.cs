using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="IPendingQuestionsGrain"/>
internal sealed class PendingQuestionsGrain(IOptions<CacheOptions> options, TimeProvider time) : Grain, IPendingQuestionsGrain
{
    private const int Capacity = 4096;
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(2);

    private readonly PendingQuestions<StoredAnswer> _pending = new(Capacity, options.Value.PendingTimeout, s_linger);

    public ValueTask<ShardCandidate[]> EnterAsync(ShardQuestion question, string[] refused)
    {
        var candidates = _pending.Enter(
            question.Fingerprint,
            question.Question,
            MemoryMarshal.Cast<byte, float>(question.Embedding).ToArray(),
            options.Value.Candidates,
            (float)options.Value.CandidateThreshold,
            refused,
            time.GetUtcNow());
        return new([.. candidates.Select(c => new ShardCandidate { Fingerprint = c.Fingerprint, Question = c.Question, Cosine = c.Cosine, AgeSeconds = c.Age.TotalSeconds })]);
    }

    public async Task<StoredAnswer?> WaitAsync(string fingerprint, TimeSpan longest)
    {
        try
        {
            return await _pending.WaitAsync(fingerprint).WaitAsync(longest, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public ValueTask CompleteAsync(string fingerprint, StoredAnswer? answer)
    {
        _pending.Complete(fingerprint, answer, time.GetUtcNow());
        return default;
    }
}
