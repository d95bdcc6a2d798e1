using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>
/// Recorded answers by the SHA-256 of the question in the last user turn. The model and the context are left out: routing changes the
/// one and compression the other on the way to the upstream.
/// </summary>
internal sealed class RecordedReplies
{
    private readonly ConcurrentDictionary<string, RecordedReply> _byQuestion = new(StringComparer.Ordinal);

    public int Count => _byQuestion.Count;

    /// <summary>Keeps <paramref name="reply"/> for the request it answered; false where the body is no chat request. The last one wins.</summary>
    public bool Add(ReadOnlyMemory<byte> requestBody, RecordedReply reply)
    {
        if (KeyOf(requestBody, null) is not { } key)
            return false;
        _byQuestion[key] = reply;
        return true;
    }

    /// <summary>The answer to the question that <paramref name="request"/> asks, whatever its model and context.</summary>
    public RecordedReply? Find(UpstreamRequest request) =>
        KeyOf(request.Body, request.Model) is { } key ? _byQuestion.GetValueOrDefault(key) : null;

    private static string? KeyOf(ReadOnlyMemory<byte> body, string? model)
    {
        if (ChatRequestReader.Read(body, model, out var chat) is not null)
            return null;
        var question = chat!.Segments.Question;
        if (question.Length == 0)
            question = string.Join('\n', (chat.Messages.LastOrDefault(m => m.IsUser) ?? chat.Messages[^1]).TextParts.Select(p => p.Text));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(question)));
    }
}
