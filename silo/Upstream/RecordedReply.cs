namespace OrleansLlm.Silo.Upstream;

/// <summary>A model's answer from a log.</summary>
/// <param name="Content">The text.</param>
/// <param name="PromptTokens">Billed prompt tokens; <see langword="null"/>: counted from the body that is sent, as a shorter prompt needs.</param>
/// <param name="CompletionTokens">Billed completion tokens, reasoning included; <see langword="null"/>: counted from the text.</param>
/// <param name="CachedTokens">Part of the prompt tokens that the provider's prefix cache served.</param>
/// <param name="ReasoningTokens">Part of the completion tokens spent on hidden reasoning.</param>
/// <param name="FinishReason">As recorded; default <c>stop</c>.</param>
internal sealed record RecordedReply(
    string Content,
    int? PromptTokens = null,
    int? CompletionTokens = null,
    int CachedTokens = 0,
    int ReasoningTokens = 0,
    string FinishReason = "stop");
