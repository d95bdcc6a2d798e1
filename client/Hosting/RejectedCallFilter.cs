namespace OrleansLlm.Client.Hosting;

/// <summary>
/// Sends a call again that was turned away before it reached its grain: a silo that is about to end takes none any more, while others still send
/// to it. A call that a lost silo may have worked on is not sent again: it may have been paid for.
/// </summary>
internal sealed class RejectedCallFilter(TimeProvider time) : IOutgoingGrainCallFilter
{
    // Together longer than it takes until everybody knows that a silo has ended.
    private static readonly TimeSpan[] s_pauses = [.. new[] { 50, 100, 200, 400, 800, 1600 }.Select(static m => TimeSpan.FromMilliseconds(m))];

    // Of PlacementService, which sees calls before any grain does.
    private const string PlacementHasEnded = "' is shutting down.";

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        foreach (var pause in s_pauses)
        {
            try
            {
                await context.Invoke();
                // What the call itself came to is no business of this one, unless it came to nothing.
                if (context.Response?.Exception is not { } failure || !IsRejection(failure))
                    return;
            }
            catch (Exception e) when (IsRejection(e))
            {
            }

            await Task.Delay(pause, time);
        }

        await context.Invoke();
    }

    // A silo that ends says of calls that it should have passed on what others say of calls that a lost silo may have worked on.
    private static bool IsRejection(Exception e) =>
        e is OrleansMessageRejectionException && (e is not SiloUnavailableException || e.Message.EndsWith(PlacementHasEnded, StringComparison.Ordinal));
}
