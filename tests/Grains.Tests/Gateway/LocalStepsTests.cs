using System.Runtime.CompilerServices;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Tests.Gateway;

public class LocalStepsTests
{
    [Fact]
    public async Task MoveNextAsync_Steps_ComeInOrderToTheirEnd()
    {
        var seen = new List<int>();
        await foreach (var step in new LocalSteps(static _ => CountAsync(5), TestContext.Current.CancellationToken))
            seen.Add(step.Data![0]);

        Assert.Equal([0, 1, 2, 3, 4], seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DisposeAsync_WhileItMoves_EndsTheSteps(bool byCaller)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var caller = new CancellationTokenSource();
        var steps = new LocalSteps(left => WaitAsync(ended, left), caller.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await steps.MoveNextAsync());
        var moving = steps.MoveNextAsync().AsTask();
        Assert.False(moving.IsCompleted);

        if (byCaller)
            await caller.CancelAsync();
        await steps.DisposeAsync();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving);
    }

    private static async IAsyncEnumerable<GatewayEvent> CountAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (i % 2 == 1)
                await Task.Yield();
            yield return new GatewayEvent { Data = [(byte)i] };
        }
    }

    private static async IAsyncEnumerable<GatewayEvent> WaitAsync(TaskCompletionSource ended, [EnumeratorCancellation] CancellationToken left)
    {
        try
        {
            yield return new GatewayEvent();
            await Task.Delay(Timeout.Infinite, left);
        }
        finally
        {
            ended.SetResult();
        }
    }
}
