namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class RestartTests
{
    [Fact]
    public async Task Start_OnTheSameData_FindsCacheAndLedgerAgain()
    {
        var data = Directory.CreateTempSubdirectory("orleansllm-restart-");
        try
        {
            decimal saved;
            await using (var first = await GatewayProcess.StartAsync(dataDirectory: data.FullName))
            {
                Assert.Equal("miss", (await first.AskAsync("How do I reset my online banking password?")).Cache());
                Assert.Equal("exact", (await first.AskAsync("How do I reset my online banking password?")).Cache());
                saved = Saved(await first.SavingsAsync());
            }

            await using var second = await GatewayProcess.StartAsync(dataDirectory: data.FullName);
            Assert.Equal(saved, Saved(await second.SavingsAsync()));
            Assert.Equal("exact", (await second.AskAsync("How do I reset my online banking password?")).Cache());
            Assert.Equal("semantic", (await second.AskAsync("How can I reset my online banking password?")).Cache());
            Assert.True(Saved(await second.SavingsAsync()) > saved);
        }
        finally
        {
            data.Delete(recursive: true);
        }

        static decimal Saved(System.Text.Json.JsonElement report) => report.GetProperty("total").GetProperty("saved").GetProperty("total").GetDecimal();
    }
}
