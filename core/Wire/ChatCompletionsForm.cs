using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Wire;

/// <inheritdoc/>
internal sealed class ChatCompletionsForm : IWireForm
{
    public RequestProblem? Read(ReadOnlyMemory<byte> body, string? modelInAddress, out ChatRequest? request) =>
        ChatRequestReader.Read(body, modelInAddress, out request);

    public IStreamAggregator NewAggregator() => new ChatAggregator();

    public string AnswerId(string requestId) => "chatcmpl-" + requestId;

    public byte[] Replay(ReadOnlyMemory<byte> stored, string id, long created) => PlainReplay.Completion(stored, id, created);

    public IReadOnlyList<byte[]> ReplayStream(ReadOnlyMemory<byte> stored, string id, long created, bool includeUsage) =>
        ChatReplay.Stream(stored, id, created, includeUsage);

    public int StatusOf(int status) => status;

    public byte[] Error(WireError error) => OpenAiErrorBody.Write(error);

    public byte[] ErrorEvent(WireError error) => [.. "data: "u8, .. OpenAiErrorBody.Write(error), .. "\n\n"u8];
}
