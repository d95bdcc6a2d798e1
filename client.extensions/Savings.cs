namespace OrleansLlm.Client.Extensions;

/// <summary>What the gateway did for an answer; in <c>AdditionalProperties</c> under <see cref="Key"/>.</summary>
/// <param name="Cache"><c>miss</c>, <c>exact</c>, <c>semantic</c>, <c>pending</c> or <c>bypass</c>.</param>
/// <param name="Model">The model that answered.</param>
/// <param name="RouteReason">Why that model.</param>
/// <param name="TokensSaved">Tokens that were not billed.</param>
/// <param name="CostUsd">USD billed.</param>
/// <param name="SavedUsd">USD saved against the requested model, uncompressed and uncached.</param>
/// <param name="IsFinal">False where a stream broke off before its final figures: they are of its prompt alone.</param>
/// <param name="RequestId">The gateway's id of the request, for feedback.</param>
public sealed record Savings(string Cache, string Model, string RouteReason, int TokensSaved, decimal CostUsd, decimal SavedUsd, bool IsFinal, string? RequestId)
{
    /// <summary>The key.</summary>
    public const string Key = "orleansllm.savings";
}
