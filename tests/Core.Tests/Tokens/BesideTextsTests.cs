using System.Text;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Tokens;

public sealed class BesideTextsTests
{
    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","description":"LONG"}}]}""", 5000)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"LONG"}}]},{"role":"tool","content":"ok"}]}""", 5000)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"LONG"}]}""", 0)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"LONG"},{"type":"image_url","image_url":{"url":"data:image/png;base64,DATA"}}]}]}""", 0)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"DATA"},{"type":"input_audio","input_audio":{"data":"DATA"}}]}]}""", 0)]
    public void Bytes_Request_AreThoseOfNeitherTextsNorMedia(string form, int expected)
    {
        var body = form.Replace("LONG", string.Concat(Enumerable.Repeat("five ", 1000)), StringComparison.Ordinal).Replace("DATA", new string('A', 8000), StringComparison.Ordinal);
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), null, out var request));
        Assert.InRange(BesideTexts.Bytes(request!), expected, expected + 250);
    }

    [Fact]
    public void Bytes_ToolsOutputOfAResponse_IsCounted()
    {
        var body = """{"model":"m","input":[{"role":"user","content":"hi"},{"type":"function_call_output","call_id":"1","output":"LONG"}]}""".Replace("LONG", string.Concat(Enumerable.Repeat("five ", 1000)), StringComparison.Ordinal);
        Assert.Null(ResponsesRequestReader.Read(Encoding.UTF8.GetBytes(body), null, out var request));
        Assert.InRange(BesideTexts.Bytes(request!), 5000, 5250);
    }
}
