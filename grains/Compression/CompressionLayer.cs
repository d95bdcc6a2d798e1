using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Core.Compression.PrefixCaching;
using OrleansLlm.Core.Compression.Words;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Compression;

/// <summary>
/// Shortens the documents in the user's turns, and nothing else. A document is compressed for the question that it came with and keeps
/// those bytes for the rest of the conversation, which the provider's prefix cache pays for; what a later question asks for comes back
/// with that question. Fails open to the prompt as it came: also where the pruner is late, because a prompt's bytes must not depend on
/// the load.
/// </summary>
internal sealed class CompressionLayer(
    IGrainFactory grains,
    ConversationCompressor compressor,
    CompressionProfiles profiles,
    IOptions<CompressionOptions> options,
    IOptions<QueryGatewayOptions> gatewayOptions,
    ServedPrices prices,
    GatewayTelemetry telemetry,
    TimeProvider time)
{
    private const string Layer = "compression";
    private static readonly CompressionOutcome s_disabled = CompressionOutcome.None("Disabled");

    /// <summary>What to send to <paramref name="model"/>.</summary>
    public async ValueTask<CompressionOutcome> CompressAsync(Query query, string model)
    {
        if (query.Policy.Compression == LayerMode.Off || query.Controls.CompressOff)
            return s_disabled;
        if (prices.Find(model, time.GetUtcNow()) is not { Input: > 0 } price)
            return CompressionOutcome.None("Unpriced");

        var started = time.GetTimestamp();
        try
        {
            var settings = profiles.For(query.Policy.TenantId, model);
            var deadline = Deadline.After(time, gatewayOptions.Value.CompressionTimeout);
            using var late = new CancellationTokenSource(gatewayOptions.Value.CompressionTimeout, time);
            // Splitting and counting are processor work: off the grain's turn, so that other requests of the activation go on.
            var conversation = await Task.Run(() => compressor.CompressAsync(
                query.Chat, PrefixCacheRules.For(price), settings, ModelTokenizer.ForModel(model), plan => ScoreAsync(plan, deadline), late.Token));
            if (conversation.Failure is { } failure)
                return Skip(failure, started);
            var reason = conversation.Documents.Count > 0 ? null : conversation.Abstained?.ToString() ?? "NoContext";
            return new CompressionOutcome(conversation, reason, time.GetElapsedTime(started).TotalMilliseconds)
            {
                Settings = settings,
                Recorded = options.Value.RecordRemoved && reason is null ? [.. Removed(conversation)] : null,
            };
        }
        catch (LimitExceededException)
        {
            return Skip(nameof(WorkerOutcome.Overloaded), started);
        }
        catch (Exception)
        {
            return Skip(nameof(WorkerOutcome.Faulted), started);
        }
    }

    /// <summary>Writes the compressed documents, and what came back of them, into the body.</summary>
    public static void Apply(RequestBodyEditor editor, ChatRequest chat, CompressionOutcome outcome)
    {
        foreach (var (message, index) in outcome.Conversation.Places)
        {
            var part = chat.Messages[message].TextParts[index];
            editor.SetText(part, outcome.Conversation.Write(message, index, part.Text));
        }
    }

    // White space says nothing, and indented data would fill the ledger with it.
    private static IEnumerable<RemovedRange> Removed(CompressedConversation conversation) =>
        from document in conversation.Documents
        from span in document.Result.Removed
        where span.Kind != RemovedKind.WhiteSpace
        select new RemovedRange(document.MessageIndex, document.Part, document.Start + span.Start, span.Length, span.Score, span.Kind);

    private async ValueTask<PrunerScores> ScoreAsync(CompressionPlan plan, Deadline deadline)
    {
        if (plan.NeedsTokens)
            return await ClassifyAsync(plan, deadline);
        var scored = await grains.GetGrain<ICompressorWorker>(0).ScoreAsync(plan.Question, [.. plan.Sentences], deadline.UtcTicks);
        return scored.Outcome switch
        {
            WorkerOutcome.Completed => new PrunerScores(scored.SentenceLogits, null),
            WorkerOutcome.Unavailable => PrunerScores.None,
            var outcome => new PrunerScores(null, outcome.ToString()),
        };
    }

    // Without its scores this strategy has nothing to choose by.
    private async ValueTask<PrunerScores> ClassifyAsync(CompressionPlan plan, Deadline deadline)
    {
        var scored = await grains.GetGrain<ICompressorWorker>(0).ClassifyAsync([.. plan.Sentences], deadline.UtcTicks);
        if (scored.Outcome != WorkerOutcome.Completed)
            return new PrunerScores(null, scored.Outcome.ToString());
        var tokens = new TokenLogit[scored.Counts.Length][];
        for (var (sentence, at) = (0, 0); sentence < tokens.Length; at += scored.Counts[sentence++])
            tokens[sentence] = [.. Enumerable.Range(at, scored.Counts[sentence]).Select(i => new TokenLogit(scored.Starts[i], scored.Lengths[i], scored.Logits[i]))];
        return new PrunerScores(null, null) { Tokens = tokens };
    }

    private CompressionOutcome Skip(string reason, long started)
    {
        telemetry.FailOpen(Layer, reason);
        return CompressionOutcome.None(reason) with { Milliseconds = time.GetElapsedTime(started).TotalMilliseconds };
    }
}
