using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Hosting;

public sealed class CompressionWarmUpTests
{
    [Fact]
    public async Task RunAsync_ShippedWeights_WalksTheWholeWay()
    {
        var conversation = await CompressionWarmUp.RunAsync(new ConversationCompressor(new PromptCompressor()));
        Assert.Single(conversation.Documents);
        Assert.NotEmpty(Assert.Single(conversation.Recalls).Sentences);
        Assert.Null(conversation.Failure);
    }
}
