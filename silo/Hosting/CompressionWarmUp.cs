using System.Text;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Silo.Hosting;

/// <summary>
/// Does once what the first compression would else wait for (the tokens' encoding, the word vectors, the weights, compiled code): half a second of a
/// processor, more than a compression may take.
/// </summary>
internal static class CompressionWarmUp
{
    private const string Model = "gpt-4o";

    /// <summary>Compresses a made-up conversation. Call it while the rest of the process starts.</summary>
    public static async Task<CompressedConversation> RunAsync(ConversationCompressor compressor)
    {
        // Two turns, so that the way back of what was left out is walked too. Nothing in it needs escaping.
        var document = string.Join(' ', Enumerable.Range(0, 120).Select(static i => $"The pump of series {i} costs {i * 7} EUR in the shop at harbour {i % 9}."));
        var body = Encoding.UTF8.GetBytes($$"""
            {"model": "{{Model}}", "messages": [
                {"role": "user", "content": "Context:\n{{document}}\n\nQuestion: What does the pump of series 7 cost?"},
                {"role": "assistant", "content": "49 EUR."},
                {"role": "user", "content": "And what does the pump of series 11 cost?"}]}
            """);
        if (ChatRequestReader.Read(body, null, out var chat) is { } problem)
            throw new InvalidOperationException($"The conversation that warms the compressor up is no request: {problem}");
        return await compressor.CompressAsync(
            chat!, rules: null, CompressionSettings.Default, ModelTokenizer.ForModel(Model), static _ => ValueTask.FromResult(PrunerScores.None), CancellationToken.None);
    }
}
