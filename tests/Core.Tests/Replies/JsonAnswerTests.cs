using System.Text;
using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class JsonAnswerTests
{
    private const string Schema =
        """{"type":"object","properties":{"name":{"type":"string"},"age":{"type":["integer","null"]},"tags":{"type":"array","items":{"enum":["a","b"]}},"child":{"$ref":"#/$defs/node"}},"required":["name"],"additionalProperties":false,"$defs":{"node":{"type":"object","required":["id"],"properties":{"id":{"const":7}}}}}""";

    [Theory]
    [InlineData("""{"name":"x"}""", true)]
    [InlineData("""{"name":"x","age":null,"tags":["a","b"],"child":{"id":7}}""", true)]
    [InlineData("""{"name":"x","age":3.0}""", true)]
    [InlineData("""{"name":"x","age":3.5}""", false)]
    [InlineData("""{"age":3}""", false)]
    [InlineData("""{"name":4}""", false)]
    [InlineData("""{"name":"x","more":1}""", false)]
    [InlineData("""{"name":"x","tags":["c"]}""", false)]
    [InlineData("""{"name":"x","child":{}}""", false)]
    [InlineData("""{"name":"x","child":{"id":8}}""", false)]
    [InlineData("""[]""", false)]
    [InlineData("Here is the JSON: {\"name\":\"x\"}", false)]
    [InlineData("", false)]
    public void Holds_AnswerAndSchema_AreHeldAgainstEachOther(string answer, bool expected)
    {
        var chat = "{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":" + Schema + "}}}";
        var responses = "{\"text\":{\"format\":{\"type\":\"json_schema\",\"schema\":" + Schema + "}}}";
        Assert.Equal(expected, JsonAnswer.Holds(Encoding.UTF8.GetBytes(chat), answer));
        Assert.Equal(expected, JsonAnswer.Holds(Encoding.UTF8.GetBytes(responses), answer));
    }

    [Fact]
    public void Holds_RequestAsDeepAsRequestsMayBe_IsRead()
    {
        var request = "{\"response_format\":{\"type\":\"json_object\"},\"metadata\":" + new string('[', 100) + new string(']', 100) + "}";
        Assert.True(JsonAnswer.Holds(Encoding.UTF8.GetBytes(request), "{}"));
    }

    [Theory]
    [InlineData("{\"any\":1}", true)]
    [InlineData("no", false)]
    public void Holds_JsonObjectWithoutSchema_MustParse(string answer, bool expected) =>
        Assert.Equal(expected, JsonAnswer.Holds("{\"response_format\":{\"type\":\"json_object\"}}"u8.ToArray(), answer));
}
