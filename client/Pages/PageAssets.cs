using System.IO.Compression;
using System.Security.Cryptography;

namespace OrleansLlm.Client.Pages;

/// <summary>The style sheet and the script, from inside the assembly; their address changes with their content, so browsers keep them.</summary>
internal static class PageAssets
{
    private static readonly Dictionary<string, Asset> Assets = new()
    {
        ["pages.css"] = Asset.Load("pages.css", "text/css; charset=utf-8"),
        ["pages.js"] = Asset.Load("pages.js", "text/javascript; charset=utf-8"),
    };

    public static string UrlOf(string name) => $"/assets/{name}?v={Assets[name].Version}";

    public static async Task WriteAsync(HttpContext context, string name)
    {
        if (!Assets.TryGetValue(name, out var asset))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var headers = context.Response.Headers;
        PageResponse.Secure(headers);
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = "Accept-Encoding";
        context.Response.ContentType = asset.ContentType;
        var zipped = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (zipped)
            headers.ContentEncoding = "gzip";
        var body = zipped ? asset.Zipped : asset.Plain;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private sealed record Asset(string ContentType, byte[] Plain, byte[] Zipped, string Version)
    {
        public static Asset Load(string name, string contentType)
        {
            using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream("pages/" + name)!;
            using var plain = new MemoryStream();
            stream.CopyTo(plain);
            using var zipped = new MemoryStream();
            using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize))
                gzip.Write(plain.ToArray());
            return new Asset(contentType, plain.ToArray(), zipped.ToArray(), Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()))[..12]);
        }
    }
}
