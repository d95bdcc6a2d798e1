using System.Buffers;
using System.Text.Json;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tokens;

/// <summary>What a request carries beside its messages' texts: tools, schemas, calls and their results, which fill a context as texts do.</summary>
public static class BesideTexts
{
    // Shorter ones weigh nothing; names and hashes are shorter.
    private const int ShortestMedia = 512;

    private static readonly SearchValues<byte> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\\"u8);

    /// <summary>Bytes of it. Images and sounds, whose bytes are no measure of their tokens, are left out.</summary>
    public static long Bytes(ChatRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        long bytes = request.Body.Length;
        var texts = new HashSet<long>();
        foreach (var part in request.Messages.SelectMany(static m => m.TextParts))
        {
            bytes -= part.Token.Length;
            texts.Add(part.Token.Start);
        }

        if (!request.HasOtherParts)
            return bytes;
        var reader = new Utf8JsonReader(request.Body.Span, new JsonReaderOptions { MaxDepth = RequestJson.DeepestNesting });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length >= ShortestMedia && !texts.Contains(reader.TokenStartIndex) && IsMedia(reader.ValueSpan))
                bytes -= reader.ValueSpan.Length;
        }

        return bytes;
    }

    // "data:image/png;base64,…", or the data alone.
    private static bool IsMedia(ReadOnlySpan<byte> value) =>
        !value[(value.StartsWith("data:"u8) ? value.IndexOf((byte)',') + 1 : 0)..].ContainsAnyExcept(Base64);
}
