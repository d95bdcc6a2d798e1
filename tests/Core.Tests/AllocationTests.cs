using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests;

/// <summary>What the kernels of the hot paths allocate a call: unlike time it is the same on any machine. A bound is what it takes and a little more.</summary>
/// <remarks>Not beside other tests: a regular expression that two threads use at once makes what it otherwise lends (the tokenizer's: 50 KB a text).</remarks>
[Collection<Alone>]
public sealed class AllocationTests
{
    private const int Warmup = 200;
    private const int Calls = 200;

    private static readonly byte[] s_event = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n"u8.ToArray();

    private static readonly byte[] s_body = Encoding.UTF8.GetBytes(
        """{"model":"gpt-4o","stream":false,"temperature":0.5,"messages":[{"role":"system","content":"You answer questions about the handbook."},{"role":"user","content":"Which documents prove the address of a new customer?"}]}""");

    [Fact]
    public void TryRead_OneEvent_AllocatesNothing()
    {
        var parser = new SseParser(1024 * 1024);
        Hold(0, () =>
        {
            parser.Feed(s_event.AsMemory(0, 20));
            Assert.False(parser.TryRead(out _));
            parser.Feed(s_event.AsMemory(20));
            Assert.True(parser.TryRead(out _));
            Assert.False(parser.TryRead(out _));
        });
    }

    [Fact]
    public void Add_OneToken_AllocatesNoTextOfItsOwn()
    {
        var aggregator = new ChatAggregator();
        var data = s_event.AsMemory(6, s_event.Length - 8);
        // The growing text's share.
        Hold(16, () => aggregator.Add(data));
    }

    [Fact]
    public void Append_OfARequest_AllocatesOnlyWhatItLends()
    {
        using var document = JsonDocument.Parse(s_body);
        Hold(160, () =>
        {
            using var hash = new CanonicalHash();
            CanonicalJson.Append(hash, document.RootElement);
        });
    }

    [Fact]
    public void Read_ShortRequest_StaysWithinItsBound() => Hold(4600, static () => Assert.Null(ChatRequestReader.Read(s_body, null, out _)));

    [Fact]
    public void Count_OfATextOfKnownWords_AllocatesNothingPerWord()
    {
        var text = string.Concat(Enumerable.Repeat("the new card that my bank sent ", 50));
        var tokenizer = ModelTokenizer.ForModel("gpt-4o");
        Hold(512, () => tokenizer.Count(text));
    }

    [Fact]
    public void Search_OfManyVectors_AllocatesNothing()
    {
        const int Dimension = 384;
        var random = new Random(1);
        var index = new VectorIndex(Dimension);
        var vector = new float[Dimension];
        for (var i = 0; i < 2000; i++)
        {
            for (var d = 0; d < Dimension; d++)
                vector[d] = (float)random.NextDouble() - 0.5f;
            index.Add(vector);
        }

        var matches = new VectorMatch[8];
        Hold(0, () => index.View().Search(vector, 0.5f, default, matches));
    }

    private static void Hold(long most, Action call)
    {
        for (var i = 0; i < Warmup; i++)
            call();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
            call();
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
        TestContext.Current.TestOutputHelper?.WriteLine($"{allocated} bytes");
        Assert.True(allocated <= most, $"{allocated} bytes; {most} are the bound.");
    }
}

[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
