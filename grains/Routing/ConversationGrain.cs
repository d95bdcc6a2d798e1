using Microsoft.Extensions.Options;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Routing;

namespace OrleansLlm.Grains.Routing;

/// <inheritdoc cref="IConversationGrain"/>
internal sealed class ConversationGrain(IOptions<RoutingOptions> options, TimeProvider time) : Grain, IConversationGrain
{
    // Times the parts that a tenant's conversations are divided into: some 160,000 turns, a few dozen MiB.
    private const int Remembered = 10_000;

    private readonly ConversationMemory _memory = new(Remembered, options.Value.ConversationLifetime, time);

    public ValueTask<RememberedTurns> FindAsync(string? before, string prompt)
    {
        var turn = before is null ? null : _memory.Find(before);
        var same = _memory.Find(prompt);
        return new(new RememberedTurns(turn?.Model, turn?.BrokeSchema ?? false, same?.Model, same?.BrokeSchema ?? false));
    }

    public Task AnsweredAsync(string prompt, string model, bool brokeSchema)
    {
        _memory.Remember(prompt, new ConversationTurn(model, brokeSchema));
        // A pause in the conversation is no reason to forget it earlier than promised.
        DelayDeactivation(options.Value.ConversationLifetime);
        return Task.CompletedTask;
    }
}
