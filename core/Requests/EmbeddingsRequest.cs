namespace OrleansLlm.Core.Requests;

/// <summary>An embeddings request read once. The original bytes pass on; only the model may be edited. Built by <see cref="EmbeddingsRequestReader"/>.</summary>
public sealed class EmbeddingsRequest
{
    internal EmbeddingsRequest()
    {
    }

    /// <summary>The body as it came, UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The model asked for: the one in the address, or the body's where the address names none.</summary>
    public required string Model { get; init; }

    /// <summary>The <c>model</c> value in the body; null where the address alone names the model.</summary>
    public required JsonSpan? ModelToken { get; init; }

    /// <summary>SHA-256 of all that decides the answer: everything but who asks.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>The texts to embed; none where tokens were sent.</summary>
    public required IReadOnlyList<string> Texts { get; init; }

    /// <summary>Tokens that were sent in place of texts.</summary>
    public required int TokensSent { get; init; }

    /// <summary>The body with the model in it, for a provider that expects it there; the original memory where it stands there already.</summary>
    public ReadOnlyMemory<byte> WithModel()
    {
        var model = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Model);
        if (ModelToken is { } token)
        {
            return System.Text.Json.JsonSerializer.Deserialize<string>(Body.Span.Slice(token.Start, token.Length)) == Model
                ? Body
                : (byte[])[.. Body.Span[..token.Start], .. model, .. Body.Span[token.End..]];
        }

        var at = Body.Span.IndexOf((byte)'{') + 1;
        return (byte[])[.. Body.Span[..at], .. "\"model\":"u8, .. model, (byte)',', .. Body.Span[at..]];
    }

    /// <summary>Identity of the request for exact hits.</summary>
    /// <param name="tenantId">From the credential, never from the body.</param>
    /// <param name="cacheNamespace">Narrows further; empty for none.</param>
    /// <param name="epoch">Raised to abandon all earlier answers of the tenant.</param>
    /// <returns>The partition that the answers of this tenant's embeddings share, and the request's fingerprint in it; 64 hexadecimal digits each.</returns>
    public (string Partition, string Fingerprint) Identify(string tenantId, string cacheNamespace, int epoch)
    {
        using var ofPartition = new CanonicalHash();
        CanonicalJson.AppendText(ofPartition, 'V', "embeddings");
        CanonicalJson.AppendText(ofPartition, 'T', tenantId);
        CanonicalJson.AppendText(ofPartition, 'N', cacheNamespace);
        CanonicalJson.AppendFrame(ofPartition, 'E', epoch);
        var partition = Convert.ToHexStringLower(ofPartition.Current());
        using var ofRequest = new CanonicalHash();
        CanonicalJson.AppendText(ofRequest, 'P', partition);
        ofRequest.Append(Digest);
        return (partition, Convert.ToHexStringLower(ofRequest.Current()));
    }
}
