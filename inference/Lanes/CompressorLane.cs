using Microsoft.Extensions.Logging;
using OrleansLlm.Core;

namespace OrleansLlm.Inference;

/// <summary>
/// The compressor as one lane: a request is cut into windows on a thread of its own, then each window is an item of its own, so that a
/// long prompt uses every compressor thread and a window's score never depends on what else is in the queue.
/// </summary>
internal sealed class CompressorLane : IInferenceLane<PruneRequest, PruneScores>, IAsyncDisposable
{
    private readonly InferenceLane<PruneRequest, PrunePlan> _planning;
    private readonly InferenceLane<PruneWindow, WindowScores> _windows;

    public CompressorLane(
        string name, PrunePlanner planner, ILaneModel<PruneWindow, WindowScores> model, int threads, int capacity, TimeProvider time, ILogger logger)
    {
        Name = name;
        _planning = new(name + " plan", planner, threads: 1, capacity, time, logger);
        _windows = new(name, model, threads, capacity, time, logger);
    }

    public string Name { get; }

    public bool IsAvailable => true;

    /// <summary>Windows and unplanned requests waiting.</summary>
    public int QueueDepth => _planning.QueueDepth + _windows.QueueDepth;

    public async ValueTask<LaneResult<PruneScores>> RunAsync(PruneRequest input, Deadline deadline)
    {
        var planned = await _planning.RunAsync(input, deadline).ConfigureAwait(false);
        if (!planned.IsCompleted)
            return new(planned.Outcome, default);
        // Half a request is worth nothing.
        var scored = await _windows.RunAllAsync(planned.Value.Windows, deadline).ConfigureAwait(false);
        return scored.IsCompleted ? new(LaneOutcome.Completed, Merge(planned.Value, scored.Value, input.WithWords)) : new(scored.Outcome, default);
    }

    public async ValueTask DisposeAsync()
    {
        await _planning.DisposeAsync().ConfigureAwait(false);
        await _windows.DisposeAsync().ConfigureAwait(false);
    }

    private static PruneScores Merge(PrunePlan plan, WindowScores[] scores, bool withWords)
    {
        var sums = new double[plan.SentenceCount];
        var counts = new int[plan.SentenceCount];
        var words = withWords ? new WordLogit[plan.SentenceCount][] : null;
        if (words is not null)
            Array.Fill(words, []);
        for (var w = 0; w < scores.Length; w++)
        {
            var parts = plan.Windows[w].Parts;
            for (var p = 0; p < parts.Count; p++)
            {
                var sentence = parts[p].Sentence;
                sums[sentence] += scores[w].LogitSums[p];
                counts[sentence] += parts[p].Count;
                if (words is not null && scores[w].Words is { } windowWords)
                    words[sentence] = words[sentence].Length == 0 ? windowWords[p] : [.. words[sentence], .. windowWords[p]];
            }
        }

        var logits = new float[plan.SentenceCount];
        for (var i = 0; i < logits.Length; i++)
            logits[i] = counts[i] == 0 ? 0 : (float)(sums[i] / counts[i]);
        return new PruneScores(logits, words, scores.Length);
    }
}
