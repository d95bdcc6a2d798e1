namespace OrleansLlm.Inference;

/// <summary>What a lane's threads run; called from several of them at once.</summary>
internal interface ILaneModel<TIn, TOut>
{
    /// <summary>The most items that one call may take: 1 where a result would depend on the other items of the call.</summary>
    int MaxBatch { get; }

    /// <summary>Fills <paramref name="outputs"/> with the result of the input at the same index.</summary>
    void Run(ReadOnlySpan<TIn> inputs, Span<TOut> outputs);
}
