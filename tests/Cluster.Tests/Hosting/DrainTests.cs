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
}
