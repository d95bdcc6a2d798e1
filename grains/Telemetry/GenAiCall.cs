using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Grains.Telemetry;

/// <summary>
/// One call to a provider as traces and metrics see it. Where <see cref="End"/> is never called it counts as abandoned. What was sent to nobody is no
/// provider's: it stands in the trace alone.
/// </summary>
internal sealed class GenAiCall(GenAiTelemetry telemetry, Activity? activity, string operation, string model) : IDisposable
{
    /// <summary>Status of a call that nobody waited for any more.</summary>
    public const int CallerLeft = 499;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ReplyIdentity? _identity = activity is { IsAllDataRequested: true } ? new ReplyIdentity() : null;
    private double? _firstChunk;
    private bool _ended;

    /// <summary>Value of <c>gen_ai.provider.name</c>; null until somebody is asked.</summary>
    public string? Provider { get; set; }

    /// <summary>Whether the answer's text goes into a span.</summary>
    public bool TakesText => activity is not null && telemetry.Options.CaptureContent;

    /// <summary>A piece of a streamed answer came; true for the first.</summary>
    public bool Chunk(ReadOnlyMemory<byte> data)
    {
        var isFirst = _firstChunk is null;
        _firstChunk ??= Stopwatch.GetElapsedTime(_started).TotalSeconds;
        _identity?.Observe(data);
        return isFirst;
    }

    /// <summary>The whole of a plain answer came.</summary>
    public void Whole(ReadOnlyMemory<byte> body) => _identity?.Observe(body);

    /// <summary>Puts the prompt into the span, where that was asked for.</summary>
    public void Prompt(ChatRequest chat)
    {
        if (activity is { IsAllDataRequested: true } && telemetry.Options.CaptureContent)
            activity.SetTag("gen_ai.input.messages", Messages(chat.Messages.Select(static m => (m.Role, string.Join('\n', m.TextParts.Select(static p => p.Text))))));
    }

    /// <summary>The call is over.</summary>
    /// <param name="status">HTTP status that the caller of the gateway got; 499 where it went before the end, which is no failure.</param>
    /// <param name="usage">What was billed.</param>
    /// <param name="text">The answer's text, for spans that carry content.</param>
    /// <param name="failure">How it failed where that is no status; null otherwise.</param>
    public void End(int status, TokenUsage usage, string text, string? failure = null)
    {
        if (_ended)
            return;
        _ended = true;
        var error = failure ?? (status >= 400 && status != CallerLeft ? status.ToString(CultureInfo.InvariantCulture) : null);
        if (Provider is { } provider)
            telemetry.Called(operation, provider, model, _identity?.Model, usage, Stopwatch.GetElapsedTime(_started).TotalSeconds, _firstChunk, error);
        if (activity is null)
            return;
        if (Provider is not null)
            activity.SetTag("gen_ai.provider.name", Provider);
        if (_identity?.Id is { } id)
            activity.SetTag("gen_ai.response.id", id);
        if (_identity?.Model is { } answered)
            activity.SetTag("gen_ai.response.model", answered);
        if (_identity is { FinishReasons: { Count: > 0 } reasons })
            activity.SetTag("gen_ai.response.finish_reasons", reasons.ToArray());
        if (_firstChunk is { } first)
            activity.SetTag("gen_ai.response.time_to_first_chunk", first);
        activity.SetTag("gen_ai.usage.input_tokens", usage.PromptTokens);
        activity.SetTag("gen_ai.usage.output_tokens", usage.CompletionTokens);
        activity.SetTag("gen_ai.usage.cache_read.input_tokens", usage.CachedTokens);
        activity.SetTag("gen_ai.usage.cache_creation.input_tokens", usage.CacheWriteTokens);
        activity.SetTag("gen_ai.usage.reasoning.output_tokens", usage.ReasoningTokens);
        if (telemetry.Options.CaptureContent && text.Length > 0)
            activity.SetTag("gen_ai.output.messages", Messages([("assistant", text)]));
        if (error is not null)
        {
            activity.SetTag("error.type", error);
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.Dispose();
    }

    public void Dispose() => End(CallerLeft, default, string.Empty, "abandoned");

    private string Messages(IEnumerable<(string Role, string Text)> messages)
    {
        var left = telemetry.Options.MostContent;
        var list = new JsonArray();
        foreach (var (role, text) in messages)
        {
            var kept = text.Length <= left ? text : text[..left];
            left -= kept.Length;
            list.Add(new JsonObject { ["role"] = role, ["parts"] = new JsonArray(new JsonObject { ["type"] = "text", ["content"] = kept }) });
        }

        return list.ToJsonString(JsonSerializerOptions.Web);
    }
}
