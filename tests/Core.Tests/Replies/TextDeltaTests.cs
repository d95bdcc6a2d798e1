using System.Text;
using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class TextDeltaTests
{
    private static readonly Gen<string> Text = Gens.Of(
        "\" word\"", "\"\"", "null", "\"a\\nb\\\"c\\\\\"", "\"\\u00e9\\ud83d\\ude00\"", "\"\\ud83d\"", "\"é😀\"", "5", "{}", "[\"x\"]", "\"" + new string('x', 300) + "\"");

    private static readonly Gen<string> Type = Gens.Of(
        "\"content_block_delta\"", "\"response.output_text.delta\"", "\"response.refusal.delta\"", "\"text_delta\"", "\"thinking_delta\"", "\"ping\"", "\"text_d\\u0065lta\"", "null", "1");

    private static readonly Gen<string> DeltaField = Gen.OneOf(
        Text.Select(static t => "\"text\":" + t), Text.Select(static t => "\"t\\u0065xt\":" + t), Type.Select(static t => "\"type\":" + t), Gens.Of("\"thinking\":\"hm\"", "\"x\":{\"y\":[1]}", "\"é\":1"));

    private static readonly Gen<string> Delta = Gen.OneOf(
        Text.Select(static t => "{\"type\":\"text_delta\",\"text\":" + t + "}"), DeltaField.Array[0, 4].Select(static f => "{" + string.Join(',', f) + "}"), Text);

    private static readonly Gen<string> RootField = Gen.OneOf(
        Delta.Select(static d => "\"delta\":" + d), Type.Select(static t => "\"type\":" + t),
        Gens.Of("\"index\":0", "\"index\":1", "\"index\":7", "\"index\":0.5", "\"index\":\"0\"", "\"sequence_number\":3", "\"logprobs\":[]", "\"é\":1"));

    private static readonly Gen<string> Event = Gen.OneOf(
        Delta.Select(static d => "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":" + d + "}"),
        Delta.Select(static d => "{\"type\":\"response.output_text.delta\",\"sequence_number\":3,\"delta\":" + d + ",\"logprobs\":[]}"),
        RootField.Array[0, 5].Select(static f => "{" + string.Join(',', f) + "}"),
        Gens.Of("{", "", "[]", "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}} {}", "{\"type\":\"response.output_text.delta\",\"delta\":\"x\"},"));

    // Their slow twins read every event as a document.
    [Fact]
    public void Add_AnyEvents_IsAsReadingEachAsADocument() => Event.Select(Encoding.UTF8.GetBytes).Array[1, 6].Sample(static events =>
    {
        var (fast, slow) = (new MessagesAggregator(), new MessagesAggregator());
        Begin(static (m, data) => m.Add(data), fast);
        Begin(static (m, data) => m.AddDocument(data), slow);
        var (fastResponse, slowResponse) = (new ResponsesAggregator(), new ResponsesAggregator());
        foreach (var data in events)
        {
            Assert.False(fast.Add(data));
            Assert.False(fastResponse.Add(data));
            if (data.Length == 0)
                continue;
            slow.AddDocument(data);
            slowResponse.AddDocument(data);
        }

        Assert.Equal((slowResponse.Text, slowResponse.Written, slowResponse.IsDone, slowResponse.HasFailed), (fastResponse.Text, fastResponse.Written, fastResponse.IsDone, fastResponse.HasFailed));
        foreach (var end in new[] { """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":4}}""", """{"type":"message_stop"}""" })
        {
            fast.Add(Encoding.UTF8.GetBytes(end));
            slow.AddDocument(Encoding.UTF8.GetBytes(end));
        }

        Assert.Equal((slow.Text, slow.Written, slow.Usage, slow.IsDone, slow.HasFailed, slow.IsCacheable), (fast.Text, fast.Written, fast.Usage, fast.IsDone, fast.HasFailed, fast.IsCacheable));
        Assert.Equal(Encoding.UTF8.GetString(slow.ToPlain("i", 1)), Encoding.UTF8.GetString(fast.ToPlain("i", 1)));

        static void Begin(Action<MessagesAggregator, byte[]> add, MessagesAggregator to)
        {
            foreach (var data in new[]
            {
                """{"type":"message_start","message":{"id":"msg","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}""",
                """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
                """{"type":"content_block_start","index":1,"content_block":{"type":"thinking","thinking":""}}""",
            })
                add(to, Encoding.UTF8.GetBytes(data));
        }
    }, iter: 4_000);

    [Theory]
    [InlineData("""{"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"a\"b"}}""", true, 3)]
    [InlineData("""{"type":"response.output_text.delta","item_id":"i","output_index":0,"delta":"a\"b","logprobs":[],"index":3}""", false, 0)]
    public void TryRead_TextAsItComes_IsRead(string json, bool messages, int index)
    {
        var delta = new TextDelta(new char[TextDelta.LongestText]);
        Assert.True(messages ? delta.TryReadMessages(Encoding.UTF8.GetBytes(json)) : delta.TryReadResponses(Encoding.UTF8.GetBytes(json)));
        Assert.Equal((index, "a\"b"), (delta.Index, delta.Text.ToString()));
    }
}
