using System.Runtime.InteropServices;
using Orleans.Concurrency;
using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Inference;

/// <inheritdoc cref="IRouterWorker"/>
[StatelessWorker(1), Reentrant]
internal sealed class RouterWorker(InferenceEngine engine) : Grain, IRouterWorker
{
    public async ValueTask<RouterResult> ScoreAsync(byte[] embedding, byte[] features, long deadlineUtcTicks)
    {
        var input = new RouterInput(MemoryMarshal.Cast<byte, float>(embedding).ToArray(), MemoryMarshal.Cast<byte, float>(features).ToArray());
        return await RunAsync(input, deadlineUtcTicks);
    }

    public ValueTask<RouterResult> ScoreTextAsync(string text, long deadlineUtcTicks) => RunAsync(new RouterInput([], []) { Text = text }, deadlineUtcTicks);

    private async ValueTask<RouterResult> RunAsync(RouterInput input, long deadlineUtcTicks)
    {
        var result = await engine.Router.RunAsync(input, new Deadline(deadlineUtcTicks));
        return result.IsCompleted
            ? new RouterResult(WorkerOutcome.Completed, result.Value.SimpleProbability, -result.Value.ComplexLogit)
            : new RouterResult(result.Outcome.ToWire(), 0, 0);
    }
}
