using System.Text.Json;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Core.Tests.Routing;

public sealed class RoutedTextTests
{
    [Theory]
    [InlineData("What is the capital of France?", "What is the capital of France?")]
    [InlineData("Context:\nThe fee is 5 dollars.\n\nQuestion: What is the fee?", "What is the fee?")]
    [InlineData("Do it.\n\n<document>\nProve that there is no largest prime.\n</document>", "Do it.\n\n<document>\nProve that there is no largest prime.\n</document>")]
    [InlineData("Is it right?\n```\nwhile (!done) ;\n```", "Is it right?\n```\nwhile (!done) ;\n```")]
    public void Of_Turn_IsTheSameOfAGoldenQuestionAndOfARequest(string turn, string expected)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { model = "auto", messages = new[] { new { role = "system", content = "Be brief." }, new { role = "user", content = turn } } });
        Assert.Null(ChatRequestReader.Read(body, null, out var request));
        Assert.Equal((expected, expected), (RoutedText.Of(request!), RoutedText.Of(turn)));
    }

    [Fact]
    public void Of_ToolsResult_IsEmpty()
    {
        Assert.Null(ChatRequestReader.Read("""{"model":"auto","messages":[{"role":"user","content":"hi"},{"role":"tool","content":"42"}]}"""u8.ToArray(), null, out var request));
        Assert.Equal(string.Empty, RoutedText.Of(request!));
    }
}
