using System.Text.Json;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Wire;

/// <inheritdoc/>
/// <remarks>Anthropic's, with its errors: <c>{"type":"error","error":{"type","message"},"request_id"}</c>.</remarks>
internal sealed class MessagesForm : IWireForm
{
    // Anthropic's own status for "overloaded, try again".
    private const int Overloaded = 529;

    public RequestProblem? Read(ReadOnlyMemory<byte> body, string? modelInAddress, out ChatRequest? request) => MessagesRequestReader.Read(body, out request);

    public IStreamAggregator NewAggregator() => new MessagesAggregator();

    public string AnswerId(string requestId) => "msg_" + requestId;

    public byte[] Replay(ReadOnlyMemory<byte> stored, string id, long created) => MessagesReplay.Plain(stored, id);

    public IReadOnlyList<byte[]> ReplayStream(ReadOnlyMemory<byte> stored, string id, long created, bool includeUsage) => MessagesReplay.Stream(stored, id);

    public int StatusOf(int status) => status == 503 ? Overloaded : status;

    public byte[] Error(WireError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return JsonSerializer.SerializeToUtf8Bytes(new { type = "error", error = new { type = TypeOf(error.Status), message = error.Message }, request_id = error.RequestId });
    }

    public byte[] ErrorEvent(WireError error) => [.. "event: error\ndata: "u8, .. Error(error), .. "\n\n"u8];

    private static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        503 or Overloaded => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
