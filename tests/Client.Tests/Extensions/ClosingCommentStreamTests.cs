using System.IO.Pipelines;
using System.Text;
using OrleansLlm.Client.Extensions.Transport;

namespace OrleansLlm.Client.Tests.Extensions;

public sealed class ClosingCommentStreamTests
{
    private const string Speaks = "data: {\"choices\":[{\"delta\":{\"content\":\"It ends with data: [DONE] and\"}}]}\n\n";
    private const string Marker = "data: [DONE]\n\n";
    private const string Comment = ": x-orleansllm-cache=miss x-orleansllm-model=m x-orleansllm-route-reason=r x-orleansllm-tokens-saved=1 x-orleansllm-cost-usd=2 x-orleansllm-saved-usd=3 x-orleansllm-figures=final\n\n";

    [Theory]
    [InlineData(Speaks, "\n")]
    [InlineData("", "\n")]
    [InlineData(Speaks, "\r\n")]
    [InlineData(Speaks, "\r")]
    public async Task ReadAsync_TheMarkerAlone_IsHeldBackForTheComment(string events, string lineEnd)
    {
        events = events.Replace("\n", lineEnd, StringComparison.Ordinal);
        var closing = Marker.Replace("\n", lineEnd, StringComparison.Ordinal) + Comment;
        var pipe = new Pipe();
        var exchange = Exchange.Begin([]);
        await using var stream = new ClosingCommentStream(pipe.Reader.AsStream(), exchange);

        // An answer that speaks of it is none: what is there is passed on while the provider thinks.
        foreach (var half in new[] { events[..(events.Length / 2)], events[(events.Length / 2)..] })
        {
            if (half.Length == 0)
                continue;
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(half), TestContext.Current.CancellationToken);
            Assert.Equal(half, await NextAsync(stream));
        }

        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(closing), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        Assert.Equal(closing, await NextAsync(stream));
        Assert.Equal((2m, true), (exchange.Savings!.CostUsd, exchange.Savings.IsFinal));
    }

    private static async Task<string> NextAsync(ClosingCommentStream stream)
    {
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }
}
