using System.Text;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class ProviderFilesTests
{
    [Theory]
    [InlineData("""[{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}},{"type":"text","text":"Sum it up"}]}]""", true)]
    [InlineData("""[{"role":"assistant","audio":{"id":"audio_1"}},{"role":"user","content":"And then?"}]""", true)]
    [InlineData("""[{"role":"user","content":[{"type":"file","file":{"file_data":"data:application/pdf;base64,AA==","filename":"file_id"}},{"type":"text","text":"Sum it up"}]}]""", false)]
    [InlineData("""[{"role":"user","content":"What is \"file_id\": \"file-1\"?"}]""", false)]
    [InlineData("""[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"file_id":{"type":"string"}}}}}]""", false)]
    [InlineData("""[{"role":"user","content":"a"}],"audio":{"voice":"alloy","format":"mp3"}""", false)]
    public void Read_Chat_IsBoundWhereAFileIsNamed(string messages, bool bound)
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"m","messages":{{messages}}}"""), null, out var request));
        Assert.Equal(bound, request!.IsProviderBound);
    }

    [Theory]
    [InlineData("""[{"role":"user","content":[{"type":"input_image","file_id":"file-1"},{"type":"input_text","text":"What is it?"}]}]""", true)]
    [InlineData("""[{"role":"user","content":[{"type":"input_image","file_id":null,"image_url":"https://a.b/c.png"},{"type":"input_text","text":"What is it?"}]}]""", false)]
    [InlineData("""[{"role":"user","content":"a"}],"tools":[{"type":"file_search","vector_store_ids":["vs_1"]}]""", true)]
    [InlineData("""[{"role":"user","content":"a"}],"tools":[{"type":"code_interpreter","container":{"type":"auto","file_ids":["file-1"]}}]""", true)]
    public void Read_Responses_IsBoundWhereAFileIsNamed(string input, bool bound)
    {
        Assert.Null(ResponsesRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"m","store":false,"input":{{input}}}"""), null, out var request));
        Assert.Equal(bound, request!.IsProviderBound);
    }

    [Theory]
    [InlineData("""{"type":"file","file_id":"file_1"}""", true)]
    [InlineData("""{"type":"url","url":"https://a.b/file_id.pdf"}""", false)]
    public void Read_Messages_IsBoundWhereAFileIsNamed(string source, bool bound)
    {
        var body = $$"""{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"document","source":{{source}}},{"type":"text","text":"Sum it up"}]}]}""";
        Assert.Null(MessagesRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        Assert.Equal(bound, request!.IsProviderBound);
    }
}
