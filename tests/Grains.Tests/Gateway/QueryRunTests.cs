using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Tests.Gateway;

public class QueryRunTests
{
    [Fact]
    public void Detach_TheLastReader_GivesTheRunUp()
    {
        using var run = new QueryRun(null!);
        var (first, second) = (run.TryAttach()!, run.TryAttach()!);
        run.Detach(first);
        Assert.False(run.Abandoned.IsCancellationRequested);

        run.Detach(second);

        Assert.True(run.Abandoned.IsCancellationRequested);
        Assert.Null(run.TryAttach());
    }

    [Fact]
    public void TryAttach_OnceItHasEnded_IsForNobody()
    {
        using var run = new QueryRun(null!);
        var reader = run.TryAttach()!;
        run.SetEnd(new RunEnd(null));

        Assert.Null(run.TryAttach());
        run.Detach(reader);
        Assert.False(run.Abandoned.IsCancellationRequested);
    }

    [Fact]
    public async Task TryAttach_WhileOthersLeave_NeverGivesAReaderOfWhatWasGivenUp()
    {
        for (var round = 0; round < 500; round++)
        {
            using var run = new QueryRun(null!);
            using var together = new Barrier(2);
            var leader = run.TryAttach()!;
            var leaving = Task.Run(() =>
            {
                together.SignalAndWait();
                run.Detach(leader);
            }, TestContext.Current.CancellationToken);
            together.SignalAndWait(TestContext.Current.CancellationToken);
            var joined = run.TryAttach();
            await leaving;

            Assert.Equal(joined is null, run.Abandoned.IsCancellationRequested);
        }
    }
}
