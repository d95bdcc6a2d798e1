namespace OrleansLlm.Inference.Tests.Lanes;

/// <summary>A model whose work is a function, with a gate to hold a lane's thread.</summary>
internal sealed class StubModel(int maxBatch, Func<int, int> work) : ILaneModel<int, int>
{
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    public SemaphoreSlim Entered { get; } = new(0);

    public List<int> BatchSizes { get; } = [];

    public int MaxBatch { get; } = maxBatch;

    public void Run(ReadOnlySpan<int> inputs, Span<int> outputs)
    {
        lock (BatchSizes)
            BatchSizes.Add(inputs.Length);
        Entered.Release();
        Gate.Wait();
        for (var i = 0; i < inputs.Length; i++)
            outputs[i] = work(inputs[i]);
    }
}
