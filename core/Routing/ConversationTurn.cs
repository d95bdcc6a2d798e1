namespace OrleansLlm.Core.Routing;

/// <summary>What is remembered of a turn that was answered.</summary>
/// <param name="Model">The model that answered it.</param>
/// <param name="BrokeSchema">Whether the answer failed the JSON that was asked for.</param>
public readonly record struct ConversationTurn(string Model, bool BrokeSchema);
