using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Replies;

/// <inheritdoc cref="IStreamAggregator"/>
/// <remarks>Of the Responses form, whose last event holds the whole response.</remarks>
public sealed class ResponsesAggregator : IStreamAggregator
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _written = new();
    private CompletionFacts? _facts;
    private byte[]? _response;

    public TokenUsage? Usage => _facts?.Usage;

    public string? Model { get; private set; }

    public bool IsDone { get; private set; }

    public bool HasFailed { get; private set; }

    public string Text => _facts?.Text ?? _text.ToString();

    public string Written => _written.ToString();

    public bool IsCacheable => !HasFailed && _facts is { IsCacheable: true };

    public bool Add(ReadOnlyMemory<byte> data)
    {
        if (!data.IsEmpty && !TryAddText(data.Span))
            AddDocument(data);
        return false;
    }

    /// <summary>As <see cref="Add"/>.</summary>
    internal void AddDocument(ReadOnlyMemory<byte> data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            var root = document.RootElement;
            var type = root.ValueKind == JsonValueKind.Object ? CompletionFacts.StringOf(root, "type") : null;
            switch (type)
            {
                case not null when type.EndsWith(".delta", StringComparison.Ordinal):
                    var delta = CompletionFacts.StringOf(root, "delta");
                    _written.Append(delta);
                    if (type == "response.output_text.delta")
                        _text.Append(delta);
                    break;
                case "response.completed" or "response.incomplete" or "response.failed":
                    IsDone = true;
                    HasFailed |= type == "response.failed";
                    if (root.TryGetProperty("response", out var response) && ResponsesFacts.Is(response))
                    {
                        _facts = ResponsesFacts.Read(response);
                        Model = _facts.Model;
                        _response = Encoding.UTF8.GetBytes(response.GetRawText());
                    }

                    break;
                case "error":
                    HasFailed = true;
                    IsDone = true;
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Passed on as it is; without its last event the stream counts as broken off.
        }
    }

    /// <inheritdoc/>
    /// <remarks>The provider's own id is kept: later requests may name it.</remarks>
    public byte[] ToPlain(string id, long created) => _response!;

    private bool TryAddText(ReadOnlySpan<byte> data)
    {
        var delta = new TextDelta(stackalloc char[TextDelta.LongestText]);
        if (!delta.TryReadResponses(data))
            return false;
        _written.Append(delta.Text);
        _text.Append(delta.Text);
        return true;
    }
}
