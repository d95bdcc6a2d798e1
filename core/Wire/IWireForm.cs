using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Wire;

/// <summary>All that differs between the forms of requests and answers. Stateless.</summary>
public interface IWireForm
{
    /// <summary>Reads a request.</summary>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <param name="modelInAddress">The model or deployment named by the address, which goes before the body's, as it does at Azure; null where the address names none.</param>
    /// <param name="request">The request where the result is null.</param>
    /// <returns>Null, or why the request cannot be served.</returns>
    RequestProblem? Read(ReadOnlyMemory<byte> body, string? modelInAddress, out ChatRequest? request);

    /// <summary>Follows one streamed answer.</summary>
    IStreamAggregator NewAggregator();

    /// <summary>The id of an answer that the gateway makes or gives again.</summary>
    string AnswerId(string requestId);

    /// <summary>A stored plain answer for a plain request.</summary>
    /// <param name="stored">UTF-8 JSON of this form.</param>
    /// <param name="id">See <see cref="AnswerId"/>.</param>
    /// <param name="created">Unix seconds.</param>
    byte[] Replay(ReadOnlyMemory<byte> stored, string id, long created);

    /// <summary>The same for a streamed request, as server-sent events.</summary>
    /// <param name="stored">UTF-8 JSON of this form.</param>
    /// <param name="id">See <see cref="AnswerId"/>.</param>
    /// <param name="created">Unix seconds.</param>
    /// <param name="includeUsage">Whether the caller asked for the counts.</param>
    IReadOnlyList<byte[]> ReplayStream(ReadOnlyMemory<byte> stored, string id, long created, bool includeUsage);

    /// <summary>The HTTP status by which this form tells what OpenAI's tells by <paramref name="status"/>.</summary>
    int StatusOf(int status);

    /// <summary>An error as the body of a reply.</summary>
    byte[] Error(WireError error);

    /// <summary>The same as an event of a stream whose head has gone out.</summary>
    byte[] ErrorEvent(WireError error);
}
