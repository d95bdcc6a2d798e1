using Microsoft.Extensions.AI;

namespace OrleansLlm.Client.Extensions;

/// <summary>Reads what an answer saved.</summary>
public static class SavingsExtensions
{
    /// <summary>What the gateway did; null where the answer is not its.</summary>
    public static Savings? GetSavings(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties?.GetValueOrDefault(Savings.Key) as Savings;
    }

    /// <summary>The same of a streamed answer: its last update has it.</summary>
    public static Savings? GetSavings(this ChatResponseUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update.AdditionalProperties?.GetValueOrDefault(Savings.Key) as Savings;
    }
}
