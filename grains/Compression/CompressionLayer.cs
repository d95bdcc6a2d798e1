using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Compression;

/// <summary>
/// Shortens the documents in the last user turn, and nothing else. Fails open to the prompt as it came: also where the pruner is
/// late, because a prompt's bytes must not depend on the load.
/// </summary>
internal sealed class CompressionLayer(
    IGrainFactory grains,
    PromptCompressor compressor,
    IOptions<CompressionOptions> options,
    IOptions<QueryGatewayOptions> gatewayOptions,
    ServedPrices prices,
    GatewayTelemetry telemetry,
    TimeProvider time)
{
    private const string Layer = "compression";

    private readonly CompressionSettings _settings = new(options.Value.KeepRate, options.Value.MinimumContextTokens, options.Value.MinimumSavedTokens);

    /// <summary>What to send to <paramref name="model"/>.</summary>
    public async Task<CompressionOutcome> CompressAsync(Query query, string model)
    {
        if (query.Policy.Compression == LayerMode.Off || query.Controls.CompressOff)
            return CompressionOutcome.None("Disabled");
        if (query.Chat.Segments.Context.Count == 0)
            return CompressionOutcome.None("NoContext");
        if (prices.Find(model) is not { Input: > 0 })
            return CompressionOutcome.None("Unpriced");

        var started = time.GetTimestamp();
        try
        {
            var deadline = Deadline.After(time, gatewayOptions.Value.CompressionTimeout);
            // Splitting and counting are processor work: off the grain's turn, so that other requests of the activation go on.
            var plans = await Task.Run(() => Prepare(query, model));
            var blocks = new List<CompressedBlock>();
            int before = 0, after = 0;
            AbstainReason? abstained = null;
            foreach (var (block, plan) in plans)
            {
                float[]? logits = null;
                if (plan.NeedsPruner)
                {
                    var scored = await grains.GetGrain<ICompressorWorker>(0).ScoreAsync(plan.Question, [.. plan.Sentences], deadline.UtcTicks);
                    if (scored.Outcome == WorkerOutcome.Completed)
                        logits = scored.SentenceLogits;
                    else if (scored.Outcome != WorkerOutcome.Unavailable)
                        return Skip(scored.Outcome.ToString(), started);
                }

                var result = await Task.Run(() => compressor.Complete(plan, logits));
                before += result.TokensBefore;
                after += result.TokensAfter;
                if (result.Compressed)
                    blocks.Add(new CompressedBlock(block, result));
                else
                    abstained ??= result.AbstainReason;
            }

            if (deadline.HasPassed(time))
                return Skip(nameof(WorkerOutcome.DeadlinePassed), started);
            return new CompressionOutcome(
                blocks, before, after, blocks.Count > 0 ? null : abstained.ToString(), time.GetElapsedTime(started).TotalMilliseconds);
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

    /// <summary>Writes the compressed blocks into the body.</summary>
    public static void Apply(RequestBodyEditor editor, ChatRequest chat, CompressionOutcome outcome)
    {
        foreach (var group in outcome.Blocks.GroupBy(b => b.Block.Part))
        {
            var part = chat.Messages[chat.Segments.MessageIndex].TextParts[group.Key];
            var text = new System.Text.StringBuilder(part.Text);
            // From the last to the first, so that earlier offsets stay true.
            foreach (var compressed in group.OrderByDescending(b => b.Block.Start))
                text.Remove(compressed.Block.Start, compressed.Block.Length).Insert(compressed.Block.Start, compressed.Result.Text);
            editor.SetText(part, text.ToString());
        }
    }

    private List<(ContextBlock Block, CompressionPlan Plan)> Prepare(Query query, string model)
    {
        var chat = query.Chat;
        var counter = ModelTokenizer.ForModel(model);
        var plans = new List<(ContextBlock, CompressionPlan)>(chat.Segments.Context.Count);
        foreach (var block in chat.Segments.Context)
        {
            var text = chat.Messages[chat.Segments.MessageIndex].TextParts[block.Part].Text.Substring(block.Start, block.Length);
            // Fenced text is code or data, and what a caller tags so must not be touched.
            if (block.Kind == ContextKind.Fenced || query.Chat.IsProtected(block))
                continue;
            plans.Add((block, compressor.Prepare(query.Question, text, _settings, counter)));
        }

        return plans;
    }

    private CompressionOutcome Skip(string reason, long started)
    {
        telemetry.FailOpen(Layer, reason);
        return CompressionOutcome.None(reason) with { Milliseconds = time.GetElapsedTime(started).TotalMilliseconds };
    }
}
