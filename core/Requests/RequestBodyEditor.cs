using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// Edits a request body by spans of its original bytes: what is not edited reaches the upstream byte for byte, unknown fields,
/// number spellings and escapes included.
/// </summary>
public sealed class RequestBodyEditor(ChatRequest request)
{
    private readonly List<(JsonSpan Span, byte[] Replacement)> _edits = [];

    /// <summary>Names a model: another one, or that of the address. No edit where the body names it already.</summary>
    public RequestBodyEditor SetModel(string model)
    {
        if (request.ModelToken is { } named && JsonSerializer.Deserialize<string>(request.Body.Span.Slice(named.Start, named.Length)) == model)
            return this;
        if (request.ModelToken is { } token)
            _edits.Add((token, Quote(model)));
        else
            _edits.Add((new JsonSpan(FirstProperty(), 0), [.. "\"model\":"u8, .. Quote(model), .. ","u8]));
        return this;
    }

    /// <summary>Puts another text in the place of a text part.</summary>
    public RequestBodyEditor SetText(TextPart part, string text)
    {
        ArgumentNullException.ThrowIfNull(part);
        _edits.Add((part.Token, Quote(text)));
        return this;
    }

    /// <summary>Asks the upstream for a usage chunk, without which a stream cannot be billed exactly.</summary>
    public RequestBodyEditor IncludeUsage()
    {
        if (request.IncludeUsage)
            return this;
        if (request.IncludeUsageToken is { } value)
            _edits.Add((value, "true"u8.ToArray()));
        else if (request.StreamOptionsToken is not { } options)
            _edits.Add((new JsonSpan(FirstProperty(), 0), "\"stream_options\":{\"include_usage\":true},"u8.ToArray()));
        else if (request.Body.Span[options.Start] != (byte)'{')
            _edits.Add((options, "{\"include_usage\":true}"u8.ToArray()));
        else
            _edits.Add((new JsonSpan(options.Start + 1, 0), IsEmptyObject(options) ? "\"include_usage\":true"u8.ToArray() : "\"include_usage\":true,"u8.ToArray()));
        return this;
    }

    /// <summary>The edited body; the original memory where nothing was edited.</summary>
    public ReadOnlyMemory<byte> Apply()
    {
        if (_edits.Count == 0)
            return request.Body;
        _edits.Sort(static (a, b) => a.Span.Start.CompareTo(b.Span.Start));
        var writer = new ArrayBufferWriter<byte>(request.Body.Length + 256);
        var at = 0;
        var body = request.Body.Span;
        foreach (var (span, replacement) in _edits)
        {
            writer.Write(body[at..span.Start]);
            writer.Write(replacement);
            at = span.End;
        }

        writer.Write(body[at..]);
        return writer.WrittenMemory;
    }

    // After the opening brace: every form demands a property beside the model, so that a comma is right.
    private int FirstProperty() => request.Body.Span.IndexOf((byte)'{') + 1;

    private bool IsEmptyObject(JsonSpan span)
    {
        var inner = request.Body.Span.Slice(span.Start + 1, span.Length - 2);
        return inner.IndexOfAnyExcept(" \t\r\n"u8) < 0;
    }

    private static byte[] Quote(string text) =>
        [.. "\""u8, .. Encoding.UTF8.GetBytes(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)), .. "\""u8];
}
