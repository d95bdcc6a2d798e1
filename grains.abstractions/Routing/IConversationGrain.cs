namespace OrleansLlm.Grains.Abstractions.Routing;

/// <summary>
/// Remembers which model answered a conversation's turns. Keyed by tenant and a part of the conversation's hash; in memory alone: what is lost
/// makes the next turn decided on its own.
/// </summary>
[Alias("orleansllm.route.conversation.v1")]
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>What is remembered of two prompts.</summary>
    /// <param name="before">Hash of the prompt that the last answer was given to; null in a first turn.</param>
    /// <param name="prompt">Hash of the prompt at hand.</param>
    [Alias("find")]
    ValueTask<RememberedTurns> FindAsync(string? before, string prompt);

    /// <summary>Notes who answered a prompt.</summary>
    /// <param name="prompt">Hash of the prompt.</param>
    /// <param name="model">The model.</param>
    /// <param name="brokeSchema">Whether the answer failed the JSON that was asked for.</param>
    [Alias("answered"), Orleans.Concurrency.OneWay]
    Task AnsweredAsync(string prompt, string model, bool brokeSchema);
}

/// <param name="Model">The model that answered the turn before; null where that is not remembered.</param>
/// <param name="BrokeSchema">Whether that answer failed its JSON.</param>
/// <param name="SameModel">The model that answered the same prompt before; null likewise.</param>
/// <param name="SameBrokeSchema">Whether that answer failed its JSON.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.route.conversation.turns.v1")]
public readonly record struct RememberedTurns(
    [property: Id(0)] string? Model, [property: Id(1)] bool BrokeSchema, [property: Id(2)] string? SameModel, [property: Id(3)] bool SameBrokeSchema);
