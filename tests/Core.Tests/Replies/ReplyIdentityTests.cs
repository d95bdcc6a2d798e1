using System.Text;
using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class ReplyIdentityTests
{
    [Theory]
    [InlineData("chatcmpl-1", "gpt-4o", "stop,length", """{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o","choices":[{"finish_reason":"stop"},{"finish_reason":"length"}]}""")]
    [InlineData("chatcmpl-2", "gpt-4o", "stop", """{"id":"chatcmpl-2","object":"chat.completion.chunk","model":"gpt-4o","choices":[{"delta":{"content":"a"},"finish_reason":null}]}""", """{"id":"chatcmpl-2","object":"chat.completion.chunk","model":"gpt-4o","choices":[{"delta":{},"finish_reason":"stop"}]}""", "[DONE]")]
    [InlineData("resp_1", "gpt-5", "stop", """{"type":"response.created","response":{"id":"resp_1","object":"response","model":"gpt-5","status":"in_progress"}}""", """{"type":"response.completed","response":{"id":"resp_1","object":"response","model":"gpt-5","status":"completed"}}""")]
    [InlineData("resp_2", "gpt-5", "length", """{"id":"resp_2","object":"response","model":"gpt-5","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}""")]
    [InlineData("msg_1", "claude", "end_turn", """{"type":"message_start","message":{"id":"msg_1","role":"assistant","model":"claude","stop_reason":null}}""", """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""")]
    [InlineData(null, null, "", "no json", "{", "[1]", """{"choices":[1,null],"model":7}""")]
    public void Observe_AnswersOfEachForm_GivesWhatTheySayOfThemselves(string? id, string? model, string reasons, params string[] events)
    {
        var identity = new ReplyIdentity();
        foreach (var data in events)
            identity.Observe(Encoding.UTF8.GetBytes(data));
        Assert.Equal((id, model, reasons), (identity.Id, identity.Model, string.Join(',', identity.FinishReasons)));
    }
}
