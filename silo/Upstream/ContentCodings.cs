using System.IO.Compression;

namespace OrleansLlm.Silo.Upstream;

/// <summary>
/// Codings of a provider's answer (RFC 9110, 8.4.1). None is asked for: the parts of a stream would be held back, and what is read has to be plain. One that
/// codes all the same is read as it is meant.
/// </summary>
internal static class ContentCodings
{
    /// <summary>What is asked for.</summary>
    public const string Asked = "identity";

    /// <summary>The answer in plain; an unknown coding's as it is.</summary>
    /// <param name="body">As it comes.</param>
    /// <param name="coding">The answer's <c>Content-Encoding</c>; null for none.</param>
    public static Stream Decode(Stream body, string? coding) => coding?.Trim().ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new DecodedStream(new GZipStream(body, CompressionMode.Decompress)),
        "br" => new DecodedStream(new BrotliStream(body, CompressionMode.Decompress)),
        "deflate" => new DecodedStream(new ZLibStream(body, CompressionMode.Decompress)),
        _ => body,
    };
}
