using System.Globalization;
using OrleansLlm.Cluster.Tests;

namespace OrleansLlm.Client.Tests.Samples;

public sealed class WalkthroughTests
{
    [Fact]
    public async Task Walkthrough_EveryBlock_ShowsWhatThePageSays()
    {
        var run = await ProgramRun.OfAsync(
            Path.GetTempPath(),
            new Dictionary<string, string>
            {
                ["ORLEANSLLM"] = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "orleansllm.dll")}'",
                ["ORLEANSLLM_URLS"] = "http://127.0.0.1:" + LoopbackPort.Free().ToString(CultureInfo.InvariantCulture),
                // A busy test machine must not turn a hit into a skipped layer.
                ["OrleansLlm__Gateway__CacheTimeout"] = "00:00:20",
            },
            "bash", Path.Combine(Repository.Root, "samples", "walkthrough.sh"));
        var output = run.Succeeded();
        Assert.Contains("log.jsonl: 40 requests", output, StringComparison.Ordinal);
        Assert.Contains("Wrote own.json.", output, StringComparison.Ordinal);
        Assert.Contains("Nothing was written; the shipped policy stays.", output, StringComparison.Ordinal);
        Assert.Contains("ended with 3", output, StringComparison.Ordinal);
        var explained = output[output.IndexOf("$ orleansllm explain", StringComparison.Ordinal)..];
        var (same, other) = (explained.IndexOf("semantic: ", StringComparison.Ordinal), explained.IndexOf("NumbersDiffer", StringComparison.Ordinal));
        Assert.True(same > 0 && other > same, explained);
    }
}
