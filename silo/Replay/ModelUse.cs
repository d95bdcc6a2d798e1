namespace OrleansLlm.Silo.Replay;

/// <summary>What one model did, hits not counted.</summary>
internal sealed record ModelUse(string Model, long Requests, long PromptTokens, long CompletionTokens, decimal CostUsd);
