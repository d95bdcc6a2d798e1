using System.Text;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Cluster.Tests.Upstream;

public sealed class QuotedKeyStreamTests
{
    [Theory]
    [InlineData("sk-1", "a sk-1 b sk-1", "a **** b ****")]
    [InlineData("**", "a *** b", "a *** b")]
    [InlineData("sk-1", "nothing", "nothing")]
    public async Task Read_BodyThatQuotesTheKey_HasStarsInItsPlace(string key, string body, string expected)
    {
        await using var stream = QuotedKeyStream.Around(500, new MemoryStream(Encoding.ASCII.GetBytes(body)), key);
        using var reader = new StreamReader(stream);
        Assert.Equal(expected, await Task.Run(() => reader.ReadToEndAsync(TestContext.Current.CancellationToken)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(200, "sk-1")]
    [InlineData(203, "sk-1")]
    [InlineData(500, null)]
    public async Task Around_SuccessOrNoKey_IsTheBodyItself(int status, string? key)
    {
        await using var body = new MemoryStream();
        Assert.Same(body, QuotedKeyStream.Around(status, body, key));
    }
}
