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

    [Theory]
    [InlineData("{\"\\ud83d\":1}")]
    [InlineData("{\"name\":\"\\ud83d\"}")]
    public void Holds_AnswerWithHalfACharacter_IsNoJson(string answer)
    {
        const string Strict = """{"type":"object","properties":{"name":{"enum":["x"]}},"additionalProperties":false}""";
        Assert.False(JsonAnswer.Holds(Encoding.UTF8.GetBytes("{\"text\":{\"format\":{\"type\":\"json_schema\",\"schema\":" + Strict + "}}}"), answer));
    }

    [Theory]
    [MemberData(nameof(Endless))]
    public async Task Holds_SchemaOfManyPaths_EndsSoon(string name, string schema, string answer)
    {
        var request = Encoding.UTF8.GetBytes("{\"text\":{\"format\":{\"type\":\"json_schema\",\"schema\":" + schema + "}}}");
        var checking = Task.Run(() => JsonAnswer.Holds(request, answer), TestContext.Current.CancellationToken);
        // What is not checked to its end is not held against the answer.
        Assert.True(await checking.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken), name);
    }

    public static TheoryData<string, string, string> Endless()
    {
        var branches = string.Join(',', Enumerable.Range(0, 30).Select(i =>
            $"\"a{i}\":" + (i == 29 ? """{"type":"null"}""" : $$"""{"anyOf":[{"$ref":"#/$defs/a{{i + 1}}"},{"$ref":"#/$defs/a{{i + 1}}"}]}""")));
        var names = string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"\"n{i}\":{{}}"));
        var options = string.Join(',', Enumerable.Range(0, 60_000));
        return new()
        {
            { "branching references", "{\"$ref\":\"#/$defs/a0\",\"$defs\":{" + branches + "}}", "{}" },
            { "many names", "{\"properties\":{" + names + "}}", "{" + string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"\"x{i}\":1")) + "}" },
            { "many values", "{\"items\":{\"enum\":[" + options + ",\"x\"]}}", "[" + string.Join(',', Enumerable.Repeat("\"x\"", 60_000)) + "]" },
        };
    }

    [Theory]
    [InlineData(1, "Oslo, I think.", true)]
    [InlineData(1, "{}", false)]
    [InlineData(1, "", false)]
    [InlineData(2, "{}{}", false)]
    public void Fails_AnswerToARequestForJson_IsJudgedWhereItIsOne(int choices, string answer, bool expected)
    {
        var body = $$$"""{"model":"m","n":{{{choices}}},"messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_object"}}""";
        Assert.Null(OrleansLlm.Core.Requests.ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), null, out var request));
        Assert.Equal(expected, JsonAnswer.Fails(request!, answer));
    }
}
