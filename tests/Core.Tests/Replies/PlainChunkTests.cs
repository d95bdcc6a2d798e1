using System.Text;
using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class PlainChunkTests
{
    private const string First = """{"id":"a","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""";

    private static readonly Gen<string> Text = Gens.Of(
        "\" word\"", "\"\"", "null", "\"a\\nb\\\"c\\\\\"", "\"\\u00e9\\ud83d\\ude00\"", "\"\\ud83d\"", "\"é😀\"", "5", "{}", "[\"x\"]", "\"" + new string('x', 300) + "\"");

    private static readonly Gen<string> DeltaField = Gen.OneOf(
        Text.Select(static t => "\"content\":" + t), Text.Select(static t => "\"content\" : " + t), Text.Select(static t => "\"c\\u006fntent\":" + t),
        Gens.Of("\"role\":\"assistant\"", "\"role\":null", "\"refusal\":null", "\"refusal\":\"no\"", "\"tool_calls\":[]", "\"tool_calls\":null",
            "\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]", "\"reasoning_content\":\"hm\"", "\"é\":null"));

    private static readonly Gen<string> Delta = Gen.OneOf(DeltaField.Array[0, 3].Select(static f => "{" + string.Join(',', f) + "}"), Gens.Of("null", "\"x\"", "[]"));

    private static readonly Gen<string> ChoiceField = Gen.OneOf(
        Delta.Select(static d => "\"delta\":" + d),
        Gens.Of("\"index\":0", "\"index\":1", "\"index\":1.5", "\"index\":\"0\"", "\"index\":99999999999", "\"finish_reason\":null", "\"finish_reason\":\"stop\"", "\"finish_reason\":\"length\"",
            "\"logprobs\":null", "\"logprobs\":{\"content\":[]}", "\"content_filter_results\":{\"hate\":{\"filtered\":false}}", "\"text\":\"t\""));

    private static readonly Gen<string> Choice = Gen.OneOf(
        Text.Select(static t => "{\"index\":0,\"delta\":{\"content\":" + t + "},\"finish_reason\":null}"),
        ChoiceField.Array[0, 4].Select(static f => "{" + string.Join(',', f) + "}"), Gens.Of("null", "[]"));

    private static readonly Gen<string> Choices = Gen.OneOf(
        Choice.Select(static c => "[" + c + "]"), Choice.Array[0, 2].Select(static c => "[ " + string.Join(" , ", c) + "]"), Gens.Of("null", "{}"));

    private static readonly Gen<string> RootField = Gen.OneOf(
        Choices.Select(static c => "\"choices\":" + c),
        Gens.Of("\"id\":\"b\"", "\"object\":\"chat.completion.chunk\"", "\"created\":2", "\"model\":\"n\"", "\"obfuscation\":\"zz\"", "\"usage\":null",
            "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}", "\"usage\":{}", "\"system_fingerprint\":\"fp\"", "\"system_fingerprint\":null", "\"system_fingerprint\":7",
            "\"service_tier\":\"flex\"", "\"service_tier\":null", "\"citations\":[\"u\"]", "\"citations\":[ \"u\" , \"v\" ]", "\"sent\":\"1\"", "\"sent\":\"22\"", "\"x\":null", "\"error\":null",
            "\"error\":{\"message\":\"m\"}", "\"s\\u0065nt\":3", "\"é\":4", "\"\":5", "\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5"));

    private static readonly Gen<string> Chunk = Gen.OneOf(
        Choices.Select(static c => "{\"id\":\"b\",\"object\":\"chat.completion.chunk\",\"created\":2,\"model\":\"m\",\"choices\":" + c + "}"),
        Gen.Select(RootField.Array[0, 6], Choices).Select(static (f, c) => "{" + string.Join(',', f.Append("\"choices\":" + c)) + "}"),
        RootField.Array[0, 4].Select(static f => "{" + string.Join(',', f) + "}"));

    private static readonly Gen<byte[]> Data = Gen.OneOf(
        Chunk.Select(Encoding.UTF8.GetBytes),
        Gens.Of("{", "", "[]", "null", First + " {}", First + " ", " " + First, "{\"choices\":[{\"delta\":{\"content\":\"x\"}}],}", "/* c */" + First).Select(Encoding.UTF8.GetBytes),
        Gen.Select(Chunk.Select(Encoding.UTF8.GetBytes), Gen.Int[0, 500], Gen.Byte).Select(static (bytes, at, by) => Changed(bytes, at, by)),
        Gen.Select(Chunk.Select(Encoding.UTF8.GetBytes), Gen.Int[0, 500]).Select(static (bytes, at) => bytes[..Math.Min(at, bytes.Length)]));

    // Its slow twin reads every chunk as a document.
    [Fact]
    public void Add_AnyChunks_IsAsReadingEachAsADocument() => Gen.Select(Data.Array[1, 6], Gen.Bool).Sample((chunks, ends) =>
    {
        var (fast, slow) = (new ChatAggregator(), new ChatAggregator());
        fast.Add(Encoding.UTF8.GetBytes(First));
        slow.AddDocument(Encoding.UTF8.GetBytes(First));
        foreach (var chunk in chunks)
            Assert.Equal(chunk.Length > 0 && slow.AddDocument(chunk), fast.Add(chunk));
        if (ends)
        {
            byte[] stop = [.. """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""u8];
            fast.Add(stop);
            slow.AddDocument(stop);
        }

        fast.Add("[DONE]"u8.ToArray());
        slow.Add("[DONE]"u8.ToArray());
        Assert.Equal(
            (slow.Text, slow.Written, slow.Model, slow.Usage, slow.Tier, slow.IsDone, slow.HasFailed, slow.IsCacheable),
            (fast.Text, fast.Written, fast.Model, fast.Usage, fast.Tier, fast.IsDone, fast.HasFailed, fast.IsCacheable));
        Assert.Equal(Encoding.UTF8.GetString(slow.ToPlain("i", 1)), Encoding.UTF8.GetString(fast.ToPlain("i", 1)));
    }, iter: 8_000);

    [Theory]
    [InlineData("""{"choices":[{"index":2,"delta":{"content":"a\nb"}}]}""", true)]
    [InlineData("""{"sent":"1","choices":[{"index":2,"delta":{"content":"a\nb","refusal":null,"tool_calls":[]},"logprobs":null,"finish_reason":null,"y":{"z":1}}],"usage":null,"system_fingerprint":null}""", true)]
    [InlineData("""{"choices":[{"index":2,"delta":{"content":"a\nb"},"finish_reason":"stop"}]}""", false)]
    [InlineData("""{"choices":[{"index":2,"delta":{"content":"a\nb"}}],"system_fingerprint":"fp"}""", false)]
    [InlineData("""{"choices":[{"index":2,"delta":{"content":"a\nb"}},{"index":0,"delta":{}}]}""", false)]
    [InlineData("""{"choices":[]}""", false)]
    public void TryRead_Chunk_ReadsThePlainOnes(string json, bool plain)
    {
        var chunk = new PlainChunk(new char[PlainChunk.LongestText], new PlainChunk.Field[PlainChunk.MostFields]);
        Assert.Equal(plain, chunk.TryRead(Encoding.UTF8.GetBytes(json), seeksFingerprint: true, seeksTier: true));
        if (plain)
            Assert.Equal((2, "a\nb"), (chunk.Index, chunk.Text.ToString()));
    }

    private static byte[] Changed(byte[] bytes, int at, byte by)
    {
        byte[] changed = [.. bytes];
        changed[at % bytes.Length] = by;
        return changed;
    }
}
