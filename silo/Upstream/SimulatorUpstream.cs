using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream.Simulation;

namespace OrleansLlm.Silo.Upstream;

/// <summary>
/// Answers without a provider: the same model and question give the same text, labelled as simulated, with counts of the model's own
/// tokenizer. It costs nobody anything; the ledger prices it as if it did, which is what a trial is for.
/// </summary>
internal sealed class SimulatorUpstream(string name, SimulatorOptions options, TimeProvider time) : IUpstream
{
    /// <summary>Value of <c>system_fingerprint</c> in every answer.</summary>
    public const string Fingerprint = "simulated";

    private const int MaxChoices = 128;

    public string Name { get; } = name;

    public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        if (request.Endpoint == UpstreamEndpoint.Embeddings)
            return await EmbedAsync(request, cancellationToken);
        if (WireForms.Of(request.Endpoint.Form()).Read(request.Body, request.Model, out var chat) is { } problem)
            return ErrorReply(request, new(StatusCodes.Status400BadRequest, problem.Message, "invalid_request_error", problem.Code, problem.Param));
        if (request.Endpoint == UpstreamEndpoint.CountTokens)
            return CountReply(chat!);

        using var document = RequestJson.Parse(request.Body);
        var model = chat!.Model;
        SimulatorFault? fault = null;
        if (options.AllowFaults && FaultText(document.RootElement, ref model) is { } text && !SimulatorFault.TryParse(text, out fault))
            return ErrorReply(request, new(StatusCodes.Status400BadRequest, $"The simulator knows no fault '{text}'.", "invalid_request_error", "unknown_fault"));

        switch (fault?.Kind)
        {
            case SimulatorFaultKind.Status:
                return StatusReply(request, fault);
            case SimulatorFaultKind.Stall:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                break;
            case SimulatorFaultKind.Broken:
                return UpstreamFailures.Reply(Name, UpstreamFailure.Broken);
            case SimulatorFaultKind.Unreachable:
                return UpstreamFailures.Reply(Name, UpstreamFailure.Unreachable);
        }

        var counter = ModelTokenizer.ForModel(model);
        var answer = Answer(request.RequestId, chat, document.RootElement, model, counter);
        if (chat.Stream)
        {
            await DelayAsync(options.FirstTokenLatency, cancellationToken);
            List<ReadOnlyMemory<byte>> chunks = chat.Form switch
            {
                WireForm.Responses => [.. ResponsesReplay.Stream(ResponseWriter.Write(answer), answer.Created).Select(static e => (ReadOnlyMemory<byte>)e)],
                WireForm.Messages => [.. MessagesReplay.Stream(MessageWriter.Write(answer), MessageWriter.IdOf(answer)).Select(static e => (ReadOnlyMemory<byte>)e)],
                WireForm.Completions => [.. CompletionsReplay.Stream(TextCompletionWriter.Write(answer), TextCompletionWriter.IdOf(answer), answer.Created, chat.IncludeUsage).Select(static e => (ReadOnlyMemory<byte>)e)],
                _ => [.. CompletionWriter.Stream(answer, AnswerText.Words, chat.IncludeUsage)],
            };
            var pace = options.TokensPerSecond > 0 ? answer.Usage.CompletionTokens / options.TokensPerSecond / chunks.Count : 0;
            return Reply("text/event-stream; charset=utf-8", stop => PiecesAsync(chunks, pace, fault?.Kind, stop));
        }

        var writing = options.TokensPerSecond > 0 ? TimeSpan.FromSeconds(answer.Usage.CompletionTokens / options.TokensPerSecond) : TimeSpan.Zero;
        await DelayAsync(options.FirstTokenLatency + writing, cancellationToken);
        ReadOnlyMemory<byte> body = chat.Form switch
        {
            WireForm.Responses => ResponseWriter.Write(answer),
            WireForm.Messages => MessageWriter.Write(answer),
            WireForm.Completions => TextCompletionWriter.Write(answer),
            _ => CompletionWriter.Plain(answer),
        };
        List<ReadOnlyMemory<byte>> halves = [body[..(body.Length / 2)], body[(body.Length / 2)..]];
        return Reply("application/json", stop => PiecesAsync(halves, 0, fault?.Kind, stop));
    }

    private async Task<UpstreamReply> EmbedAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        if (EmbeddingsRequestReader.Read(request.Body, request.Model, out var embeddings) is { } problem)
            return OpenAiErrorReply.Create(StatusCodes.Status400BadRequest, problem.Message, "invalid_request_error", problem.Code, problem.Param);
        if (EmbeddingsWriter.Write(embeddings!) is not { } body)
            return OpenAiErrorReply.Create(StatusCodes.Status400BadRequest, "'dimensions' is out of range.", "invalid_request_error", "invalid_value", "dimensions");
        await DelayAsync(options.FirstTokenLatency, cancellationToken);
        return new UpstreamReply(StatusCodes.Status200OK, [], "application/json", new MemoryStream(body, writable: false));
    }

    private static UpstreamReply Reply(string contentType, Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> pieces) =>
        new(StatusCodes.Status200OK, [], contentType, new PacedBody(pieces));

    private static UpstreamReply CountReply(ChatRequest chat) => new(
        StatusCodes.Status200OK, [], "application/json",
        new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new { input_tokens = PromptTokens.Count(ModelTokenizer.ForModel(chat.Model), chat) }), writable: false));

    private static UpstreamReply ErrorReply(UpstreamRequest request, WireError error, IReadOnlyList<KeyValuePair<string, string>>? headers = null) => new(
        error.Status, headers ?? [], "application/json", new MemoryStream(WireForms.Of(request.Endpoint.Form()).Error(error), writable: false));

    private static UpstreamReply StatusReply(UpstreamRequest request, SimulatorFault fault)
    {
        KeyValuePair<string, string>[] headers = fault.RetryAfter is { } after ? [new("retry-after", after)] : [];
        if (fault.Body is { } body)
            return new UpstreamReply(fault.Status, headers, "application/json", new MemoryStream(Encoding.UTF8.GetBytes(body), writable: false));
        var type = fault.Status == StatusCodes.Status429TooManyRequests ? "rate_limit_error"
            : fault.Status >= 500 ? "server_error" : "invalid_request_error";
        return ErrorReply(request, new(fault.Status, $"Simulated failure {fault.Status}.", type, "simulated_failure"), headers);
    }

    /// <summary>The fault asked for, taken off the model's name where it stands there.</summary>
    private static string? FaultText(JsonElement root, ref string model)
    {
        var at = model.IndexOf(SimulatorFault.Separator, StringComparison.Ordinal);
        if (at > 0)
        {
            var text = model[(at + 1)..];
            model = model[..at];
            return text;
        }

        return root.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            && metadata.TryGetProperty(SimulatorFault.MetadataKey, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }

    private CompletionAnswer Answer(string requestId, ChatRequest chat, JsonElement root, string model, ModelTokenizer counter)
    {
        var question = QuestionOf(chat);
        var text = JsonAnswer(root) ?? AnswerText.Compose(counter, model, question, options.AnswerTokens);
        var finish = "stop";
        if (chat.MaxCompletionTokens is { } max && counter.Count(text) > max)
        {
            text = AnswerText.Truncate(counter, text, max);
            finish = "length";
        }

        var prompt = PromptTokens.Count(counter, chat);
        if (root.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array)
            prompt += counter.Count(tools.GetRawText());
        // A legacy completion answers each of its prompts.
        var prompts = chat.Form == WireForm.Completions ? Math.Max(1, chat.Messages[0].TextParts.Count) : 1;
        var choices = Enumerable.Repeat(text, Math.Clamp(chat.Choices * prompts, 1, MaxChoices)).ToArray();
        return new CompletionAnswer(
            CompletionId(requestId, model, question),
            time.GetUtcNow().ToUnixTimeSeconds(),
            model,
            Fingerprint,
            choices,
            finish,
            new TokenUsage(prompt, counter.Count(text) * choices.Length));
    }

    /// <summary>The last user turn without its context, so that retrieved passages and compression do not change the answer.</summary>
    private static string QuestionOf(ChatRequest chat)
    {
        if (chat.Segments.Question.Length > 0)
            return chat.Segments.Question;
        var last = chat.Messages.LastOrDefault(m => m.IsUser) ?? chat.Messages[^1];
        return string.Join('\n', last.TextParts.Select(p => p.Text));
    }

    private static string? JsonAnswer(JsonElement root)
    {
        if (!root.TryGetProperty("response_format", out var format) || format.ValueKind != JsonValueKind.Object
            || !format.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            return null;
        if (type.ValueEquals("json_object"))
            return "{\"simulated\":true}";
        return type.ValueEquals("json_schema")
            && format.TryGetProperty("json_schema", out var named) && named.ValueKind == JsonValueKind.Object
            && named.TryGetProperty("schema", out var schema)
            ? SchemaSample.Create(schema)
            : null;
    }

    private static string CompletionId(string requestId, string model, string question) =>
        "chatcmpl-sim" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{requestId}\n{model}\n{question}")))[..24];

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(
        List<ReadOnlyMemory<byte>> pieces, double secondsPerPiece, SimulatorFaultKind? fault, [EnumeratorCancellation] CancellationToken stop)
    {
        var started = time.GetTimestamp();
        for (var i = 0; i < pieces.Count; i++)
        {
            if (i == pieces.Count / 2 && fault == SimulatorFaultKind.StallMidway)
                await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
            if (i == pieces.Count / 2 && fault == SimulatorFaultKind.Cut)
                throw new IOException("The simulated connection broke in mid stream.");
            // Against the clock, not piece by piece: timers are late, and their delays would add up.
            await DelayAsync(TimeSpan.FromSeconds(i * secondsPerPiece) - time.GetElapsedTime(started), stop);
            yield return pieces[i];
        }
    }

    private Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, time, cancellationToken) : Task.CompletedTask;
}
