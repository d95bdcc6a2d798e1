using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// A chat completion request read once. It keeps the original bytes and where the values stand that a layer may edit;
/// everything else is passed on unread. Built by <see cref="ChatRequestReader"/>.
/// </summary>
public sealed class ChatRequest
{
    internal ChatRequest()
    {
    }

    /// <summary>The form it came in.</summary>
    public WireForm Form { get; init; }

    /// <summary>Whether the same request asks for the same again, so that its answer may be kept.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>Whether the question may be answered by another's answer of the same meaning; else only the very same request is.</summary>
    public bool IsMatchable { get; init; } = true;

    /// <summary>Prompt tokens sent as numbers in place of text.</summary>
    public int TokensSent { get; init; }

    /// <summary>
    /// Whether it continues what one provider keeps (<c>previous_response_id</c>, a conversation, a stored prompt, an uploaded file), or its answer is kept
    /// there to be continued: no other provider would know it.
    /// </summary>
    public bool IsProviderBound { get; init; }

    /// <summary>Whether what was said before is kept at the provider, and how much that is nobody here knows: an earlier response, a conversation, a stored prompt.</summary>
    public bool ContinuesElsewhere { get; init; }

    /// <summary>Whether the request says how the model is to reason: one that does not reason refuses that.</summary>
    public bool SetsReasoning { get; init; }

    /// <summary>Whether parts of the prompt are kept at the provider: an earlier response, a conversation, a stored prompt, what built-in tools find.</summary>
    public bool PointsElsewhere { get; init; }

    /// <summary>Whether the provider may shorten the conversation before it answers (<c>context_management</c>), and bills what it reads and writes for that.</summary>
    public bool MayBeShortened { get; init; }

    /// <summary>Whether the provider goes on with it, and bills it, when nobody reads its answer any more (<c>background</c>).</summary>
    public bool IsBackground { get; init; }

    /// <summary>The body as it came, UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The model asked for: the one in the address, or the body's where the address names none.</summary>
    public required string Model { get; init; }

    /// <summary>Models that the body names beside it, which the provider may ask as well or in its place; each may stand here more than once.</summary>
    public IReadOnlyList<string> OtherModels { get; init; } = [];

    /// <summary>The <c>model</c> value in the body; null where the address named the model.</summary>
    public required JsonSpan? ModelToken { get; init; }

    /// <summary>Whether the caller wants server-sent events.</summary>
    public required bool Stream { get; init; }

    /// <summary>Whether the caller asked for a usage chunk at the end of the stream.</summary>
    public required bool IncludeUsage { get; init; }

    /// <summary>The <c>stream_options</c> value, where there is one.</summary>
    public required JsonSpan? StreamOptionsToken { get; init; }

    /// <summary>The <c>stream_options.include_usage</c> value, where there is one.</summary>
    public required JsonSpan? IncludeUsageToken { get; init; }

    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Whether its prompt is its texts and nothing else that is billed: no tools and their calls, no schema, no pictures, nothing that the provider keeps or finds.</summary>
    public bool IsTextAlone => !HasTools && !HasOtherParts && !PointsElsewhere && !WantsJson && !Messages.Any(static m => m.HasToolCalls);

    /// <summary>How many choices are asked for; 1 by default.</summary>
    public required int Choices { get; init; }

    /// <summary>How many answers the provider writes and bills, where it is more than <see cref="Choices"/>: several prompts, the best of several.</summary>
    public long AnswersWritten { get; init; }

    /// <summary>The service tier asked for; null where that is left to the provider's project (<c>auto</c>, or nothing).</summary>
    public ServiceTier? Tier { get; init; }

    /// <summary>The caller's bound on output tokens, where given.</summary>
    public required int? MaxCompletionTokens { get; init; }

    public required bool HasTools { get; init; }

    /// <summary>Whether any message carries an image, audio, a file or a part of an unknown type.</summary>
    public required bool HasOtherParts { get; init; }

    /// <summary>Whether <c>response_format</c> asks for JSON.</summary>
    public required bool WantsJson { get; init; }

    /// <summary>The last user turn taken apart.</summary>
    public required PromptSegments Segments { get; init; }

    /// <summary>
    /// SHA-256 of all that must be equal for two requests to share answers, the context and the question apart:
    /// instructions, history, tools, formats, sampling, the model, every unknown field.
    /// </summary>
    public required byte[] IsolationDigest { get; init; }

    /// <summary>SHA-256 of the context in the last user turn and of its layout around the question.</summary>
    public required byte[] ContextDigest { get; init; }

    /// <summary>Whether the caller pinned the block, or wrapped it or anything in it in <c>&lt;nocompress&gt;</c>.</summary>
    /// <param name="message">Index of the message that holds the block.</param>
    /// <param name="block">The block.</param>
    public bool IsProtected(int message, ContextBlock block)
    {
        const string Tag = "<nocompress>";
        var part = Messages[message].TextParts[block.Part];
        var text = part.Text;
        return part.IsPinned
            // The white space between a tag and its block belongs to neither.
            || text.AsSpan(0, block.Start).TrimEnd().EndsWith(Tag, StringComparison.OrdinalIgnoreCase)
            || text.AsSpan(block.Start, block.Length).Contains(Tag, StringComparison.OrdinalIgnoreCase);
    }
}
