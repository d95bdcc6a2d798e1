using System.Text;
using OrleansLlm.Core;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class CachePartitionTests
{
    private const string Base = """{"model":"m","temperature":0.5,"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Context:\nFees are 5.\n\nQuestion: What are the fees?"}]}""";

    [Theory]
    [InlineData("0.5", "0.7")]
    [InlineData("Be kind.", "Be brief.")]
    [InlineData("Fees are 5.", "Fees are 6.")]
    [InlineData("\"m\"", "\"n\"")]
    [InlineData("\"temperature\"", "\"top_p\"")]
    [InlineData("Context:", "Documents:")]
    [InlineData("{\"model\"", "{\"tools\":[{\"type\":\"function\"}],\"model\"")]
    public void Of_AnythingButTheQuestionChanged_IsAnotherPartition(string from, string to) =>
        Assert.NotEqual(Partition(Base), Partition(Base.Replace(from, to, StringComparison.Ordinal)));

    [Theory]
    [InlineData("What are the fees?", "Which fees are there?")]
    [InlineData("{\"model\"", "{\"user\":\"u1\",\"stream\":true,\"metadata\":{\"a\":1},\"model\"")]
    [InlineData("\"model\":\"m\",", "\"model\" :  \"m\" ,")]
    [InlineData("Be kind.", "Be k\\u0069nd.")]
    public void Of_QuestionOrSpellingChanged_IsTheSamePartition(string from, string to) =>
        Assert.Equal(Partition(Base), Partition(Base.Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void Of_OtherTenantNamespaceOrEpoch_IsAnotherPartition()
    {
        var request = Read(Base);
        var partitions = new[]
        {
            CachePartition.Of(request, "a", "", 0, false), CachePartition.Of(request, "b", "", 0, false),
            CachePartition.Of(request, "a", "n", 0, false), CachePartition.Of(request, "a", "", 1, false),
        };
        Assert.Equal(4, partitions.Distinct().Count());
    }

    [Fact]
    public void Of_IgnoreContext_IgnoresTheDocumentsAlone()
    {
        var other = Base.Replace("Fees are 5.", "Fees are 6.", StringComparison.Ordinal);
        Assert.Equal(CachePartition.Of(Read(Base), "a", "", 0, true), CachePartition.Of(Read(other), "a", "", 0, true));
        var partition = CachePartition.Of(Read(Base), "a", "", 0, true);
        Assert.NotEqual(RequestFingerprint.Of(Read(Base), partition), RequestFingerprint.Of(Read(other), partition));
    }

    [Fact]
    public void Of_IgnoreContext_TagThatIsAskedAboutStaysInTheQuestion()
    {
        var (article, aside) = (Read(User("\"How do I use the <article> tag?\"")), Read(User("\"How do I use the <aside> tag?\"")));
        Assert.NotEqual(article.Segments.Question, aside.Segments.Question);
        var partition = CachePartition.Of(article, "a", "", 0, true);
        Assert.NotEqual(RequestFingerprint.Of(article, partition), RequestFingerprint.Of(aside, partition));
    }

    [Fact]
    public void Of_CallerSettledALayer_IsAnotherPartition()
    {
        var request = Read(Base);
        CachePartition Of(LayerMode? routing, LayerMode? compression) => CachePartition.Of(request, "a", "", 0, false, routing: routing, compression: compression);
        CachePartition[] partitions =
        [
            CachePartition.Of(request, "a", "", 0, false), Of(LayerMode.Off, null), Of(LayerMode.On, null), Of(null, LayerMode.Off), Of(LayerMode.Off, LayerMode.Off),
        ];
        Assert.Equal(5, partitions.Distinct().Count());
        Assert.Equal(partitions[0], Of(null, null));
    }

    [Theory]
    [InlineData("\"<text>A</text> is older than <text>B</text>\"", "\"is older than <text>A</text> <text>B</text>\"")]
    [InlineData("""[{"type":"text","text":"Ann:"},{"type":"image_url","u":1},{"type":"text","text":"Tom:"},{"type":"image_url","u":2}]""",
        """[{"type":"text","text":"Ann:"},{"type":"text","text":"Tom:"},{"type":"image_url","u":1},{"type":"image_url","u":2}]""")]
    [InlineData("""[{"type":"text","text":"Sum up","lang":"de"}]""", """[{"type":"text","text":"Sum up","lang":"fr"}]""")]
    [InlineData("""[{"type":"text","content":"Sum up"}]""", """[{"type":"text","content":"Go on"}]""")]
    public void Fingerprint_SamePiecesArrangedOrMarkedOtherwise_IsAnother(string content, string other)
    {
        var (a, b) = (Read(User(content)), Read(User(other)));
        Assert.NotEqual(RequestFingerprint.Of(a, CachePartition.Of(a, "t", "", 0, false)), RequestFingerprint.Of(b, CachePartition.Of(b, "t", "", 0, false)));
    }

    [Fact]
    public void Of_ImagePart_Isolates()
    {
        string Json(string url) => """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"What is in the picture?"},{"type":"image_url","image_url":{"url":"URL"}}]}]}""".Replace("URL", url, StringComparison.Ordinal);
        Assert.NotEqual(Partition(Json("a")), Partition(Json("b")));
        Assert.Equal("What is in the picture?", Read(Json("a")).Segments.Question);
    }

    private static string User(string content) => $$"""{"model":"m","messages":[{"role":"user","content":{{content}}}]}""";

    private static CachePartition Partition(string json) => CachePartition.Of(Read(json), "t", "", 0, false);

    private static ChatRequest Read(string json)
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(json), null, out var request));
        return request!;
    }
}
