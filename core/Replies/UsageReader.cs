using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Replies;

/// <summary>Reads OpenAI's <c>usage</c> object with its details.</summary>
internal static class UsageReader
{
    private static readonly Names s_chat = new("prompt_tokens", "prompt_tokens_details", "completion_tokens", "completion_tokens_details", "total_tokens");
    private static readonly Names s_embeddings = s_chat with { Answered = null, AnsweredDetails = null, Sum = null };
    private static readonly Names s_responses = new("input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details");

    /// <summary>The usage in <paramref name="root"/>; null where there is none, or it leaves the prompt or the answer uncounted.</summary>
    public static TokenUsage? Read(JsonElement root) => Read(root, s_chat);

    /// <summary>The same of an embeddings answer, whose sum may count other things.</summary>
    public static TokenUsage? ReadEmbeddings(JsonElement root) => Read(root, s_embeddings);

    /// <summary>The same in the spelling of the Responses form.</summary>
    public static TokenUsage? ReadResponses(JsonElement root) => Read(root, s_responses);

    /// <summary>The same of Anthropic's form, whose <c>input_tokens</c> are only those that its prompt cache neither read nor wrote.</summary>
    public static TokenUsage? ReadMessages(JsonElement root) =>
        root.TryGetProperty("usage", out var usage) && CountsTheAnswer(usage) ? ReadMessagesPrompt(root) : null;

    /// <summary>Whether Anthropic's <paramref name="usage"/> counts the answer.</summary>
    public static bool CountsTheAnswer(JsonElement usage) => usage.ValueKind == JsonValueKind.Object && Count(usage, "output_tokens") is not null;

    /// <summary>As <see cref="ReadMessages"/>, of a message that begins: its answer may be uncounted.</summary>
    public static TokenUsage? ReadMessagesPrompt(JsonElement root)
    {
        if (!root.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object || Count(usage, "input_tokens") is not { } fresh)
            return null;
        var sum = Counts(usage, fresh) with { Tier = ServiceTierName.OfMessages(usage) };
        if (!usage.TryGetProperty("iterations", out var iterations) || iterations.ValueKind != JsonValueKind.Array)
            return Counted(sum);
        foreach (var iteration in iterations.EnumerateArray().Where(static i => i.ValueKind == JsonValueKind.Object))
        {
            var type = CompletionFacts.StringOf(iteration, "type");
            if (type == "compaction")
            {
                // The counts of the whole leave out what it took to shorten the conversation.
                var more = Counts(iteration, Count(iteration, "input_tokens") ?? 0);
                sum = sum with
                {
                    PromptTokens = sum.PromptTokens + more.PromptTokens,
                    CompletionTokens = sum.CompletionTokens + more.CompletionTokens,
                    CachedTokens = sum.CachedTokens + more.CachedTokens,
                    CacheWriteTokens = sum.CacheWriteTokens + more.CacheWriteTokens,
                    LongCacheWriteTokens = sum.LongCacheWriteTokens + more.LongCacheWriteTokens,
                };
            }
            else if (type != "message")
            {
                // Of another model (an adviser, one asked in the first's place), billed at its price.
                sum = sum with { Tier = ServiceTier.Other };
            }
        }

        return Counted(sum);
    }

    private static TokenUsage Counts(JsonElement usage, int fresh)
    {
        var read = Count(usage, "cache_read_input_tokens") ?? 0;
        var written = Count(usage, "cache_creation_input_tokens") ?? 0;
        var lasting = usage.TryGetProperty("cache_creation", out var creation) && creation.ValueKind == JsonValueKind.Object ? Count(creation, "ephemeral_1h_input_tokens") ?? 0 : 0;
        return new TokenUsage(fresh + read + written, Count(usage, "output_tokens") ?? 0, read, written, LongCacheWriteTokens: Math.Min(lasting, written));
    }

    private static TokenUsage? Read(JsonElement root, Names names)
    {
        if (!root.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object)
            return null;
        if (Count(usage, names.Sent) is not { } prompt)
            return null;
        var cached = 0;
        var written = 0;
        var reasoning = 0;
        if (usage.TryGetProperty(names.SentDetails, out var details) && details.ValueKind == JsonValueKind.Object)
        {
            cached = Count(details, "cached_tokens") ?? 0;
            written = Count(details, "cache_write_tokens") ?? 0;
        }

        if (names.AnsweredDetails is { } answer && usage.TryGetProperty(answer, out details) && details.ValueKind == JsonValueKind.Object)
            reasoning = Count(details, "reasoning_tokens") ?? 0;
        var answered = names.Answered is null ? 0 : Count(usage, names.Answered);
        // Gemini and xAI leave their models' thinking out of the count of the answer, not out of the bill: the sum has it.
        if (names.Sum is { } sum && Count(usage, sum) is { } total && total - prompt >= (answered ?? 0))
        {
            reasoning = Math.Max(reasoning, total - prompt - (answered ?? 0));
            answered = total - prompt;
        }

        return answered is null ? null : Counted(new TokenUsage(prompt, answered.Value, cached, written, reasoning, Tier: ServiceTierName.Of(root)));
    }

    // No answer is made of nothing: a server that says so does not count.
    private static TokenUsage? Counted(TokenUsage usage) => usage is { PromptTokens: 0, CompletionTokens: 0 } ? null : usage;

    // What computes with floating figures writes whole numbers as such.
    private static int? Count(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var count)
            && count is >= 0 and <= int.MaxValue && decimal.IsInteger(count) ? (int)count : null;

    private sealed record Names(string Sent, string SentDetails, string? Answered, string? AnsweredDetails, string? Sum = null);
}
