using System.Globalization;
using OrleansLlm.Client.Wire;

namespace OrleansLlm.Client.Extensions.Transport;

/// <summary>What a call sends and learns beside its messages. Flows down to the transport with the call; OpenAI's package shows neither headers nor comments.</summary>
/// <param name="controls">Headers to send.</param>
internal sealed class Exchange(IReadOnlyList<KeyValuePair<string, string>> controls)
{
    private static readonly AsyncLocal<Exchange?> s_current = new();

    public static Exchange? Current => s_current.Value;

    public IReadOnlyList<KeyValuePair<string, string>> Controls { get; } = controls;

    public string? RequestId { get; set; }

    public Savings? Savings { get; private set; }

    public static Exchange Begin(IReadOnlyList<KeyValuePair<string, string>> controls) => s_current.Value = new Exchange(controls);

    /// <summary>Takes figures in; without all of them the answer is not the gateway's.</summary>
    public void Learn(IReadOnlyDictionary<string, string> figures)
    {
        if (figures.TryGetValue(AnswerHeaders.Prefix + "cache", out var cache)
            && figures.TryGetValue(AnswerHeaders.Prefix + "model", out var model)
            && figures.TryGetValue(AnswerHeaders.Prefix + "route-reason", out var reason)
            && int.TryParse(figures.GetValueOrDefault(AnswerHeaders.Prefix + "tokens-saved"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var tokens)
            && decimal.TryParse(figures.GetValueOrDefault(AnswerHeaders.Prefix + "cost-usd"), NumberStyles.Number, CultureInfo.InvariantCulture, out var cost)
            && decimal.TryParse(figures.GetValueOrDefault(AnswerHeaders.Prefix + "saved-usd"), NumberStyles.Number, CultureInfo.InvariantCulture, out var saved))
        {
            Savings = new Savings(cache, model, reason, tokens, cost, saved, figures.GetValueOrDefault(AnswerHeaders.Prefix + "figures") == "final", RequestId);
        }
    }
}
