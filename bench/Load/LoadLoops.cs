using System.Diagnostics;

namespace OrleansLlm.Bench.Load;

/// <summary>The two ways of asking: at a fixed rate whatever the answers do, and as fast as the answers come.</summary>
internal static class LoadLoops
{
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Open loop: request <c>i</c> is due at <c>i / perSecond</c>, and its time counts from then, so that one slow answer counts against all that had to
    /// wait for it (no coordinated omission).
    /// </summary>
    /// <param name="requests">Request <c>i</c>.</param>
    /// <param name="perSecond">Rate.</param>
    /// <param name="count">How many.</param>
    /// <param name="connections">Most at once.</param>
    /// <param name="expected">What the cache must say; null for whatever.</param>
    public static Latencies Open(Func<int, WireRequest> requests, double perSecond, int count, int connections, string? expected = null)
    {
        var latencies = new Latencies();
        var next = -1;
        var begin = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 20);
        RunThreads(connections, _ =>
        {
            WireConnection? connection = null;
            try
            {
                while (Interlocked.Increment(ref next) is var i && i < count)
                {
                    var request = requests(i);
                    connection ??= new WireConnection(request.Address);
                    var due = begin + (long)(i / perSecond * Stopwatch.Frequency);
                    PreciseWait.Until(due);
                    var answer = connection.Send(request);
                    Check(answer, expected);
                    latencies.Record(due, answer.EndedAt);
                }
            }
            finally
            {
                connection?.Dispose();
            }
        });
        return latencies;
    }

    /// <summary>Closed loop: each connection asks again as soon as it has its answer. Answers a second.</summary>
    public static (double PerSecond, long Count) Closed(Func<WireRequest> requests, int connections, TimeSpan duration, string? expected = null)
    {
        long count = 0;
        var started = Stopwatch.GetTimestamp();
        RunThreads(connections, _ =>
        {
            using var connection = new WireConnection(requests().Address);
            var own = 0;
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                Check(connection.Send(requests()), expected);
                own++;
            }

            Interlocked.Add(ref count, own);
        });
        return (count / Stopwatch.GetElapsedTime(started).TotalSeconds, count);
    }

    /// <summary>Waits until what a burst leaves behind (the ledger's books, collections, compilation) is done, for it is not the next request's.</summary>
    public static void Settle() => Thread.Sleep(s_settling);

    /// <summary>Runs an action on so many threads at once; what one throws is thrown.</summary>
    public static void RunThreads(int count, Action<int> action)
    {
        Exception? failure = null;
        var threads = Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            try
            {
                action(i);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        })).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
        if (failure is not null)
            throw new InvalidOperationException("The load ended early: " + failure.Message, failure);
    }

    private static void Check(WireAnswer answer, string? expected)
    {
        if (answer.Status != 200 || (expected is not null && answer.Cache != expected))
            throw new InvalidDataException($"status {answer.Status}, cache '{answer.Cache}', not '{expected}' {answer.Refusal}");
    }
}
