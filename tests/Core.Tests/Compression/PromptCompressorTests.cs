using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class PromptCompressorTests
{
    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");
    private readonly PromptCompressor _compressor = new();

    [Fact]
    public void Complete_FactInALongContext_KeepsItAndSavesTheAskedShare()
    {
        var context = Prompts.Handbook;
        var plan = _compressor.Prepare("How long does a refund to a debit card take?", context, CompressionSettings.Default, Counter);
        var result = PromptCompressor.Complete(plan, null);

        Assert.Equal(AbstainReason.None, result.AbstainReason);
        Assert.Contains("A refund to a debit card takes 7 business days.", result.Text, StringComparison.Ordinal);
        Assert.Equal(Counter.Count(context), result.TokensBefore);
        Assert.Equal(Counter.Count(result.Text), result.TokensAfter);
        Assert.True(result.TokensAfter < result.TokensBefore * .75);
    }
}
