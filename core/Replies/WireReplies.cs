using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Replies;

/// <summary>Follows and gives again the answers of each form.</summary>
public static class WireReplies
{
    /// <summary>Follows a streamed answer.</summary>
    public static IStreamAggregator Aggregator(WireForm form) => form switch
    {
        WireForm.Responses => new ResponsesAggregator(),
        WireForm.Completions => new CompletionsAggregator(),
        _ => new StreamAggregator(),
    };

    /// <summary>A stored answer for a plain request.</summary>
    /// <param name="form">The request's, and so the answer's.</param>
    /// <param name="stored">The plain answer.</param>
    /// <param name="requestId">Makes its id, where the form's ids mean nothing to the provider.</param>
    /// <param name="now">Unix seconds.</param>
    public static byte[] Plain(WireForm form, ReadOnlyMemory<byte> stored, string requestId, long now) =>
        form == WireForm.Responses ? ResponsesReplay.Plain(stored, now) : ReplyReplay.Plain(stored, Id(form, requestId), now);

    /// <summary>A stored answer for a streamed request, as server-sent events.</summary>
    public static IReadOnlyList<byte[]> Stream(WireForm form, ReadOnlyMemory<byte> stored, string requestId, long now, bool includeUsage) => form switch
    {
        WireForm.Responses => ResponsesReplay.Stream(stored, now),
        WireForm.Completions => CompletionsReplay.Stream(stored, Id(form, requestId), now, includeUsage),
        _ => ReplyReplay.Stream(stored, Id(form, requestId), now, includeUsage),
    };

    /// <summary>The id of an answer made here.</summary>
    public static string Id(WireForm form, string requestId) => (form == WireForm.Completions ? "cmpl-" : "chatcmpl-") + requestId;
}
