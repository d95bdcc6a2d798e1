using OrleansLlm.Core.Compression.PrefixCaching;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>Takes a request through its conversation as it was sent, turn by turn. Deterministic; safe for concurrent use.</summary>
public sealed class ConversationCompressor(PromptCompressor compressor)
{
    /// <summary>Characters of a conversation beyond which nothing of it is compressed: so much takes longer than anybody waits, on an idle machine too.</summary>
    internal const int MostCharacters = 2_000_000;

    /// <summary>Compresses what <paramref name="chat"/> holds of documents.</summary>
    /// <param name="chat">The request.</param>
    /// <param name="rules">How the provider bills prefixes; null where it caches none.</param>
    /// <param name="settings">How far to go.</param>
    /// <param name="counter">Counts tokens as the target model does.</param>
    /// <param name="pruner">The pruner model's logits for a plan that needs them.</param>
    /// <param name="late">Cancelled when the caller no longer waits: the conversation then stays as it came.</param>
    public async Task<CompressedConversation> CompressAsync(
        ChatRequest chat, PrefixCacheRules? rules, CompressionSettings settings, ITokenCounter counter, SentencePruner pruner, CancellationToken late)
    {
        ArgumentNullException.ThrowIfNull(chat);
        ArgumentNullException.ThrowIfNull(pruner);
        var conversation = new FrozenConversation(rules, settings);
        // A token has at least one character: where no message is long enough, there is nothing to read.
        if (!chat.Messages.Any(m => m.IsUser && m.TextParts.Any(p => p.Text.Length >= settings.MinimumContextTokens)))
            return new CompressedConversation([], [], 0, Abstained: null, Failure: null);
        if (chat.Messages.Sum(m => m.TextParts.Sum(p => (long)p.Text.Length)) > MostCharacters)
            return new CompressedConversation([], [], 0, AbstainReason.TooLarge, Failure: null);
        AbstainReason? abstained = null;
        foreach (var turn in UserTurn.Read(chat, counter))
        {
            conversation.Enter(turn);
            if (turn.MessageIndex < 0)
                continue;
            if (late.IsCancellationRequested)
                break;
            if (await RecallAsync(conversation, turn, counter, pruner).ConfigureAwait(false) is { } missing)
                return CompressedConversation.Failed(missing);
            var sent = new SentWordings();
            var documents = TurnDocuments.Of(chat, turn.Segments, text => counter.Count(text) < settings.MinimumContextTokens, out var areInstructions);
            abstained = areInstructions ? AbstainReason.Instructions : abstained;
            var areSeveral = turn.Segments.Context.Count(b => b.Kind != ContextKind.Frame) > 1;
            foreach (var block in documents)
            {
                if (late.IsCancellationRequested)
                    break;
                var part = chat.Messages[turn.MessageIndex].TextParts[block.Part].Text;
                var text = part.Substring(block.Start, block.Length);
                var isOneOfSeveral = areSeveral || conversation.Texts.Count > 0 || TurnDocuments.HoldsSeveral(text);
                var plan = compressor.PrepareNext(turn.Segments.Question, text, sent, isOneOfSeveral, conversation.SettingsForDocument(), counter);
                var scores = await ScoreAsync(plan, pruner).ConfigureAwait(false);
                if (scores.Failure is not null)
                    return CompressedConversation.Failed(scores.Failure);
                var result = Complete(plan, scores);
                conversation.Add(block.Part, block.Start, text, TurnDocuments.LabelOf(part, block), result);
                if (areSeveral)
                    sent.Add(result.Text);
                abstained = result.Compressed ? abstained : result.AbstainReason;
            }
        }

        if (late.IsCancellationRequested)
            return CompressedConversation.Failed("DeadlinePassed");
        return new CompressedConversation(
            conversation.Texts, conversation.Recalls, conversation.SavedBefore(chat.Segments.MessageIndex < 0 ? chat.Messages.Count : chat.Segments.MessageIndex), abstained, Failure: null);
    }

    /// <summary>Brings back what the turn's question asks for of earlier documents; returns why where the pruner failed to come.</summary>
    private async ValueTask<string?> RecallAsync(FrozenConversation conversation, UserTurn turn, ITokenCounter counter, SentencePruner pruner)
    {
        var terms = QuestionTerms.Read(turn.Segments.Question);
        if (terms.Content.Count == 0 || conversation.LeftOut() is not { Count: > 0 } leftOut)
            return null;
        var lines = string.Join('\n', leftOut.Select(s => s.Line));
        var label = counter.Count(Recall.Label + Recall.Break);
        var areOfSeveral = conversation.Texts.Count > 1 || conversation.Texts.Any(t => TurnDocuments.HoldsSeveral(t.Original));
        var plan = compressor.PrepareLines(turn.Segments.Question, lines, areOfSeveral, conversation.SettingsForRecall(label, counter.Count(lines)), counter);
        var scores = await ScoreAsync(plan, pruner).ConfigureAwait(false);
        if (scores.Failure is not null)
            return scores.Failure;
        var result = Complete(plan, scores);
        // A question about nothing that was left out needs none of it; one about all of it ("Summarise the document") gets all.
        if (result.Text.Length == 0 || result.AbstainReason == AbstainReason.Flat || (terms.AsksForWhole && !terms.MayBeOn(lines)))
            return null;
        // Where all comes back, no saving was chosen that another form would miss.
        var grouped = result.Text == lines ? LeftOutSentence.Write(leftOut) : lines;
        if (counter.Count(grouped) is var tokens && tokens < result.TokensAfter)
            conversation.Add(grouped, [.. leftOut.Select(s => s.Line)], tokens + label);
        else
            conversation.Add(result.Text, result.Text.Split('\n'), result.TokensAfter + label);
        return null;
    }

    private static CompressionResult Complete(CompressionPlan plan, PrunerScores scores) =>
        PromptCompressor.Complete(plan, scores.Tokens is { } tokens && plan.NeedsTokens ? plan.KeepProbabilities(tokens) : scores.Logits);

    private static ValueTask<PrunerScores> ScoreAsync(CompressionPlan plan, SentencePruner pruner) =>
        plan.NeedsPruner ? pruner(plan) : ValueTask.FromResult(PrunerScores.None);
}
