using System.Text;
using System.Text.Json;

namespace OrleansLlm.Bench.Load;

/// <summary>A chat request as its bytes on the wire, made once and sent many times.</summary>
internal sealed class WireRequest
{
    private WireRequest(Uri address, byte[] bytes)
    {
        Address = address;
        Bytes = bytes;
    }

    public Uri Address { get; }

    public byte[] Bytes { get; }

    /// <param name="baseUrl">Up to <c>/v1</c>.</param>
    /// <param name="body">The request's JSON.</param>
    /// <param name="headers">One header a string, <c>name: value</c>.</param>
    public static WireRequest Chat(string baseUrl, byte[] body, params ReadOnlySpan<string> headers)
    {
        var address = new Uri(baseUrl);
        var head = new StringBuilder($"POST {address.AbsolutePath.TrimEnd('/')}/chat/completions HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n");
        foreach (var header in headers)
            head.Append(header).Append("\r\n");
        return new WireRequest(address, [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body]);
    }

    /// <summary>The body of a short request.</summary>
    public static byte[] Body(string question, bool stream = false) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        model = "gpt-4o",
        stream,
        messages = new[] { new { role = "system", content = "You answer questions about the compliance handbook." }, new { role = "user", content = question } },
    });
}
