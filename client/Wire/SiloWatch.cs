using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Wire;

/// <summary>
/// Waits for what a silo works on as long as that silo lives. Orleans tells nobody outside the cluster that a silo was lost: it waits for
/// the whole response timeout, which is long because an answer may take minutes. So the activation is asked beside the call.
/// </summary>
internal sealed class SiloWatch(IOptions<ApiOptions> options, TimeProvider time)
{
    // Some questions fit into the limit: one that is late loses nothing.
    private const int QuestionsWithinLimit = 4;

    /// <summary><paramref name="answer"/>, once it is there.</summary>
    /// <exception cref="SiloUnavailableException">The activation has not known <paramref name="requestId"/> for <see cref="ApiOptions.LostSiloLimit"/>.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T> WaitAsync<T>(Task<T> answer, IRunningRequests runner, string requestId)
    {
        var limit = options.Value.LostSiloLimit;
        var known = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await answer.WaitAsync(limit / QuestionsWithinLimit, time);
            }
            catch (TimeoutException)
            {
                // The call's own timeout, or an answer that came just as the wait ended.
                if (answer.IsCompleted)
                    return await answer;
                if (time.GetElapsedTime(Interlocked.Read(ref known)) >= limit)
                    throw new SiloUnavailableException($"The silo that worked on request {requestId} was lost.");
                // Not awaited: a busy silo's late word counts as well, and one that was lost must not hold up the next.
                _ = AskAsync();
            }
        }

        async Task AskAsync()
        {
            try
            {
                if (await runner.IsRunningAsync(requestId))
                    Interlocked.Exchange(ref known, time.GetTimestamp());
            }
            catch (Exception)
            {
                // Whatever kept it from answering: the next question may come through.
            }
        }
    }
}
