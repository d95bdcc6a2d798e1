using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream.Simulation;

namespace OrleansLlm.Silo.Upstream;

/// <summary>Gives recorded answers, at once, and asks <paramref name="inner"/> for what was not recorded.</summary>
/// <param name="find">The recorded answer to a request, or <see langword="null"/>.</param>
/// <param name="inner">Answers the rest.</param>
/// <param name="time">Stamps the answers.</param>
internal sealed class RecordedUpstream(Func<UpstreamRequest, RecordedReply?> find, IUpstream inner, TimeProvider time) : IUpstream
{
    /// <summary>Value of <c>system_fingerprint</c> in recorded answers.</summary>
    public const string Fingerprint = "recorded";

    public string Name => inner.Name;

    public ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return request.Endpoint == UpstreamEndpoint.ChatCompletions && find(request) is { } reply && ChatRequestReader.Read(request.Body, request.Model, out var chat) is null
            ? new(Reply(request, chat!, reply))
            : inner.SendAsync(request, cancellationToken);
    }

    private UpstreamReply Reply(UpstreamRequest request, ChatRequest chat, RecordedReply reply)
    {
        var counter = ModelTokenizer.ForModel(chat.Model);
        var usage = new TokenUsage(
            reply.PromptTokens ?? PromptTokens.Count(counter, chat),
            reply.CompletionTokens ?? counter.Count(reply.Content),
            reply.CachedTokens,
            ReasoningTokens: reply.ReasoningTokens);
        var answer = new CompletionAnswer(
            "chatcmpl-rec" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.RequestId)))[..24],
            time.GetUtcNow().ToUnixTimeSeconds(),
            chat.Model,
            Fingerprint,
            [reply.Content],
            reply.FinishReason,
            usage);
        if (!chat.Stream)
            return new UpstreamReply(StatusCodes.Status200OK, [], "application/json", new MemoryStream(CompletionWriter.Plain(answer), writable: false));

        var body = new MemoryStream();
        foreach (var chunk in CompletionWriter.Stream(answer, AnswerText.Words, chat.IncludeUsage))
            body.Write(chunk.Span);
        body.Position = 0;
        return new UpstreamReply(StatusCodes.Status200OK, [], "text/event-stream; charset=utf-8", body);
    }
}
