using System.Text.Json;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Core.Compression.PrefixCaching;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression.Conversations;

/// <summary>A conversation as a client resends it turn by turn, and what its turns cost.</summary>
/// <param name="instructions">The system message.</param>
/// <param name="turns">What both say.</param>
/// <param name="tool">The description of a tool; empty where there is none.</param>
/// <param name="stepEvery">Every how many turns, from the first, the assistant calls a tool before it answers; 0 for never.</param>
internal sealed class Talk(string instructions, IReadOnlyList<(string User, string Assistant)> turns, string tool = "", int stepEvery = 0)
{
    public static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");
    private static readonly ConversationCompressor Compressor = new(new PromptCompressor());

    public int Turns => turns.Count;

    /// <summary>The messages that are sent in a turn, from 0; in its <paramref name="step"/> what a tool found as well.</summary>
    public List<(string Role, string Text)> Messages(int turn, bool step = false)
    {
        var messages = new List<(string, string)> { ("system", instructions) };
        for (var i = 0; i <= turn; i++)
        {
            messages.Add(("user", turns[i].User));
            if (HasStep(i) && (i < turn || step))
                messages.AddRange([("assistant", "I look it up."), ("tool", $"The shelf {i} holds what follows: {turns[i].Assistant}")]);
            if (i < turn)
                messages.Add(("assistant", turns[i].Assistant));
        }

        return messages;
    }

    private bool HasStep(int turn) => stepEvery > 0 && turn % stepEvery == 0;

    /// <summary>The same as they are sent on.</summary>
    public async Task<(List<(string Role, string Text)> Messages, CompressedConversation Result)> CompressedAsync(
        int turn, PrefixCacheRules? rules, CompressionSettings settings, bool step = false, ITokenCounter? counter = null)
    {
        var messages = Messages(turn, step);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                model = "m",
                messages = messages.Select(m => new { role = m.Role, content = m.Text }),
                tools = tool.Length == 0 ? [] : new[] { new { type = "function", function = new { name = "search", description = tool } } },
            });
        Assert.Null(ChatRequestReader.Read(body, null, out var chat));
        var result = await Compressor.CompressAsync(
            chat!, rules, settings, counter ?? Counter, _ => ValueTask.FromResult(PrunerScores.None), CancellationToken.None);
        foreach (var (message, part) in result.Places)
            messages[message] = (messages[message].Role, result.Write(message, part, messages[message].Text));
        return (messages, result);
    }

    /// <summary>
    /// What the turns and their steps cost one after the other, compressed and as they are, and by how many tokens a question that brought all back made them longer. A provider counts <paramref name="toolFrame"/> tokens beside the tool's description.
    /// </summary>
    public async Task<List<(decimal On, decimal Off, int Around)>> BillAsync(PrefixCacheRules rules, CompressionSettings settings, TimeSpan pause, int toolFrame = 0)
    {
        var price = PrefixCaching.PrefixCacheRulesTests.Price(rules);
        PrefixCacheModel on = new(rules), off = new(rules);
        PromptPiece[] tools = tool.Length == 0 ? [] : [new("tools", toolFrame + Counter.Count(tool))];
        var bills = new List<(decimal, decimal, int)>();
        for (var turn = 0; turn < turns.Count; turn++)
        {
            var at = DateTimeOffset.UnixEpoch + (turn * pause);
            for (var step = 0; step <= (HasStep(turn) ? 1 : 0); step++)
            {
                var (compressed, result) = await CompressedAsync(turn, rules, settings, step == 1);
                bills.Add((Cost(on, compressed), Cost(off, Messages(turn, step == 1)), Around(result)));
            }

            decimal Cost(PrefixCacheModel cache, List<(string Role, string Text)> messages) =>
                CostCalculator.Cost(price, cache.Send([.. tools, .. messages.Select(m => new PromptPiece(m.Role + m.Text, 3 + Counter.Count(m.Text)))], at));
        }

        return bills;
    }

    // Nothing saved is left where questions brought all back, and what stands around it remains.
    private static int Around(CompressedConversation result) => Math.Max(0, result.TokensAfter - result.TokensBefore);
}
