namespace OrleansLlm.Bench.Caching;

/// <summary>A cache under test: decides about one question after the other and learns what the upstream would have said.</summary>
internal abstract class StreamCache(QuestionStream stream)
{
    private const int Candidates = 4;

    private readonly bool[] _stored = new bool[stream.Count];

    protected QuestionStream Stream { get; } = stream;

    /// <summary>Plays the questions in <paramref name="order"/>; <paramref name="seen"/> is told the sums after every question.</summary>
    public StreamOutcome Play(IReadOnlyList<int> order, Action<StreamOutcome>? seen = null)
    {
        var hits = 0;
        var wrong = 0;
        var unlabelled = 0;
        for (var at = 0; at < order.Count; at++)
        {
            var question = order[at];
            var candidates = Stream.Edges[question].Where(e => _stored[e.Other]).Take(Candidates).ToArray();
            if (Serve(question, candidates) is { } served)
            {
                hits++;
                wrong += served.IsRight == false ? 1 : 0;
                unlabelled += served.IsRight is null ? 1 : 0;
            }
            else if (Stores(question, candidates))
            {
                _stored[question] = true;
            }

            seen?.Invoke(new StreamOutcome(at + 1, hits, wrong, unlabelled));
        }

        return new(order.Count, hits, wrong, unlabelled);
    }

    /// <summary>The stored question whose answer is given; null for a miss.</summary>
    protected abstract QuestionStream.Edge? Serve(int question, QuestionStream.Edge[] candidates);

    /// <summary>Whether the fresh answer of a miss is stored.</summary>
    protected virtual bool Stores(int question, QuestionStream.Edge[] candidates) => true;
}
