using System.Net;

namespace OrleansLlm.Cluster.Tests.Hosting;

public sealed class DrainTests
{
    [Fact]
    public async Task Terminate_WhileStreaming_StreamEndsWholeAndProgramStopsByItself()
    {
        // 80 tokens at 16 a second: the stream outlives any impatient default.
        await using var gateway = await GatewayProgram.StartAsync(
            "orleansllm.dll", ("OrleansLlm__Simulator__TokensPerSecond", "16"), ("OrleansLlm__Simulator__AnswerTokens", "80"));
        using var response = await gateway.AskAsync("How long are the records of a closed account kept?", stream: true);
        response.EnsureSuccessStatusCode();

        gateway.Terminate();
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("data: [DONE]\n\n", body);
        Assert.Equal(0, await gateway.ExitAsync());
        Assert.Contains("Draining", gateway.Output);
        Assert.Contains("Stopped.", gateway.Output);
    }

    /// <summary>As a log collector that has stopped, or a terminal that is paused: the pipe is full before the program has said where it serves.</summary>
    [Fact]
    public async Task Terminate_WhileNobodyReadsItsOutput_ServesAndStopsByItself()
    {
        await using var gateway = await GatewayProgram.StartUnreadAsync("orleansllm.dll", ("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__OrleansLlm", "Trace"));
        using (var response = await gateway.AskAsync("Who reads what is said here?"))
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        gateway.Terminate();
        Assert.Equal(0, await gateway.ExitAsync());
        // It could not be told: the pipe was full.
        Assert.DoesNotContain("Stopped.", await gateway.UnreadAsync(), StringComparison.Ordinal);
    }
}
