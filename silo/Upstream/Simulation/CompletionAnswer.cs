using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Silo.Upstream.Simulation;

/// <summary>A chat completion before it is written, plain or streamed.</summary>
/// <param name="Id">The completion's id.</param>
/// <param name="Created">Unix seconds.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="SystemFingerprint">Says what made the answer.</param>
/// <param name="Choices">Text of each choice.</param>
/// <param name="FinishReason">The same for every choice: <c>stop</c> or <c>length</c>.</param>
/// <param name="Usage">Tokens of the call.</param>
internal sealed record CompletionAnswer(
    string Id, long Created, string Model, string SystemFingerprint, IReadOnlyList<string> Choices, string FinishReason, TokenUsage Usage);
