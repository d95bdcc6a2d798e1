using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Counts a prompt as OpenAI's chat format bills it; stands in wherever the upstream gives no usage.</summary>
internal static class PromptTokens
{
    // https://developers.openai.com/cookbook/examples/how_to_count_tokens_with_tiktoken: three a message, three to open the reply.
    private const int PerMessage = 3;
    private const int PerReply = 3;

    public static int Count(ChatRequest chat, string model)
    {
        var counter = ModelTokenizer.ForModel(model);
        var tokens = PerReply;
        foreach (var message in chat.Messages)
        {
            tokens += PerMessage + counter.Count(message.Role);
            foreach (var part in message.TextParts)
                tokens += counter.Count(part.Text);
        }

        return tokens;
    }
}
