using System.Diagnostics;
using System.Globalization;
using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Scale;

/// <summary>Requests of one kind to a cluster, each caller going from door to door, and asking again as soon as it has its answer.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="doors">How many of its doors.</param>
/// <param name="callers">How many ask at the same time.</param>
internal sealed class ScaleLoad(ScaleCluster cluster, int doors, int callers)
{
    private const int Questions = 200;

    private static readonly string[] s_things = ["password", "card limit", "home address", "phone number", "standing order", "cheque book", "security code", "email address"];

    /// <summary>Asks what later hits are served from.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        // At each door: they may be clusters by themselves.
        for (var door = 0; door < doors; door++)
        {
            using var connection = new WireConnection(cluster.Request(door, [], true).Address);
            foreach (var thing in s_things)
                connection.Send(cluster.Request(door, WireRequest.Body($"How do I change my {thing}?"), true));
            for (var i = 0; i < Questions; i++)
                connection.Send(cluster.Request(door, Body(RequestKind.Exact, i), true));
        }

        // Answers are stored after their replies.
        await Task.Delay(1000, cancellationToken);
    }

    /// <summary>Sends so many requests; the median of their times in milliseconds.</summary>
    public double Run(RequestKind kind, int count)
    {
        var all = new List<double>();
        var sent = 0;
        var expected = kind switch { RequestKind.Exact => "exact", RequestKind.Verified => "semantic", RequestKind.Miss => "miss", _ => null };
        LoadLoops.RunThreads(callers, caller =>
        {
            var connections = Enumerable.Range(0, doors).Select(d => new WireConnection(cluster.Request(d, [], true).Address)).ToArray();
            var times = new List<double>();
            while (Interlocked.Increment(ref sent) <= count)
            {
                var door = (caller + times.Count) % doors;
                var request = cluster.Request(door, Body(kind, cluster.NextNumber()), kind is not (RequestKind.Pass or RequestKind.Stream));
                var began = Stopwatch.GetTimestamp();
                var answer = connections[door].Send(request);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                if (answer.Status != 200 || (expected is not null && answer.Cache != expected))
                    throw new InvalidDataException($"{kind} at door {door}: status {answer.Status}, cache '{answer.Cache}'");
            }

            foreach (var connection in connections)
                connection.Dispose();
            lock (all)
                all.AddRange(times);
        });
        all.Sort();
        return all[all.Count / 2];
    }

    // Requests that are asked again come round; new ones are new in every run.
    private static byte[] Body(RequestKind kind, int i) => kind switch
    {
        RequestKind.Miss => WireRequest.Body(string.Create(CultureInfo.InvariantCulture, $"Which clause of contract {Guid.NewGuid():N} governs late payment?")),
        // No two alike, so that nothing of one can serve the next.
        RequestKind.Verified => WireRequest.Body(Spacing.Of($"How can I change my {s_things[i % s_things.Length]}?", 1 + i / s_things.Length % 1000)),
        _ => WireRequest.Body(string.Create(CultureInfo.InvariantCulture, $"How long are the records of closed account {i % Questions} kept?"), stream: kind == RequestKind.Stream),
    };
}
