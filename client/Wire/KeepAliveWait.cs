using System.Runtime.CompilerServices;

namespace OrleansLlm.Client.Wire;

/// <summary>Waits for an event stream's next step and says meanwhile that the stream lives.</summary>
internal static class KeepAliveWait
{
    /// <summary><paramref name="step"/>, once it is there.</summary>
    /// <param name="step">What is waited for.</param>
    /// <param name="body">Receives a comment after each interval.</param>
    /// <param name="interval">Above zero.</param>
    /// <param name="time">Measures the interval.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<T> ForAsync<T>(Task<T> step, Stream body, TimeSpan interval, TimeProvider time)
    {
        while (true)
        {
            try
            {
                return await step.WaitAsync(interval, time);
            }
            catch (TimeoutException)
            {
                // The call's own timeout, or a step that came just as the wait ended.
                if (step.IsCompleted)
                    return await step;
                // Not cancelled: the enumerator must not be left while it moves, and a caller who is gone ends that by itself.
                await body.WriteAsync(AnswerHeaders.KeepAlive, CancellationToken.None);
                await body.FlushAsync(CancellationToken.None);
            }
        }
    }
}
