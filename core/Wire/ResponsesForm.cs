using System.Text.Json;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Wire;

/// <inheritdoc/>
internal sealed class ResponsesForm : IWireForm
{
    public RequestProblem? Read(ReadOnlyMemory<byte> body, string? modelInAddress, out ChatRequest? request) =>
        ResponsesRequestReader.Read(body, modelInAddress, out request);

    public IStreamAggregator NewAggregator() => new ResponsesAggregator();

    // Never used: an answer keeps the provider's id, which later requests may name.
    public string AnswerId(string requestId) => "resp_" + requestId;

    public byte[] Replay(ReadOnlyMemory<byte> stored, string id, long created) => ResponsesReplay.Plain(stored, created);

    public IReadOnlyList<byte[]> ReplayStream(ReadOnlyMemory<byte> stored, string id, long created, bool includeUsage) =>
        ResponsesReplay.Stream(stored, created);

    public int StatusOf(int status) => status;

    public byte[] Error(WireError error) => OpenAiErrorBody.Write(error);

    public byte[] ErrorEvent(WireError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return
        [
            .. "event: error\ndata: "u8,
            .. JsonSerializer.SerializeToUtf8Bytes(new { type = "error", code = error.Code ?? error.Type, message = error.Message, param = error.Param }),
            .. "\n\n"u8,
        ];
    }
}
