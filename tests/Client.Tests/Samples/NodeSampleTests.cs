namespace OrleansLlm.Client.Tests.Samples;

public sealed class NodeSampleTests
{
    [Fact]
    public async Task Ask_PlainThenStreamed_PrintsAnswersAndWhatTheGatewayDid()
    {
        var work = NodeFolder.Create();
        try
        {
            File.Copy(Path.Combine(Repository.Root, "samples", "node", "ask.mjs"), Path.Combine(work.FullName, "ask.mjs"));
            await using var gateway = await GatewayProcess.StartAsync();
            var run = await ProgramRun.OfAsync(
                work.FullName, new Dictionary<string, string> { ["ORLEANSLLM_ENDPOINT"] = gateway.Url + "/v1" }, "node", "ask.mjs", "Which city is the capital of Peru?");
            var parts = run.Succeeded().Split("== streamed\n");
            Assert.Equal(2, parts.Length);
            Assert.Contains("x-orleansllm-cache: miss\n", parts[0], StringComparison.Ordinal);
            Assert.Contains("x-orleansllm-cost-usd: ", parts[0], StringComparison.Ordinal);
            Assert.Contains("x-orleansllm-cache: exact\n", parts[1], StringComparison.Ordinal);
            var answer = parts[0].Split('\n')[1];
            Assert.NotEmpty(answer);
            Assert.StartsWith(answer + "\n", parts[1], StringComparison.Ordinal);
        }
        finally
        {
            NodeFolder.Delete(work);
        }
    }
}
