using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Logs;

/// <summary>One logged chat request.</summary>
/// <param name="Line">Line number in the log, from 1.</param>
/// <param name="Body">The request as UTF-8 JSON, without the log's own fields; values keep their bytes.</param>
/// <param name="Timestamp">When the request was made, if the log says so.</param>
/// <param name="Answer">Text of the recorded answer, or null where the log has none (or a reply without text).</param>
/// <param name="Usage">Tokens the provider billed at the time, if the log says so.</param>
/// <param name="Completion">The recorded chat completion as UTF-8 JSON; null where the log has only a text, or nothing.</param>
public sealed record LoggedRequest(
    int Line, ReadOnlyMemory<byte> Body, DateTimeOffset? Timestamp, string? Answer, TokenUsage? Usage, ReadOnlyMemory<byte>? Completion = null);
