using System.Text;
using OrleansLlm.Core.Compression.PrefixCaching;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>
/// Walks a conversation turn by turn as it was sent, so that every document gets the bytes again that it got when it entered: compressed in
/// the light of the question it came with, and under the conditions of that moment. Nothing is remembered between requests; the caller
/// resends the conversation, and the same conversation gives the same bytes.
/// </summary>
/// <remarks>
/// Invariant: in every turn the conversation costs no more than it would uncompressed, under the provider's prefix cache. Below the
/// provider's minimum nothing is cached and any saving is one. In the turn in which the uncompressed prompt becomes cacheable, the savings
/// so far stay only if the shorter prompt is cacheable too and they are allowed (<see cref="PrefixCacheRules.Allows"/>); else all of it is
/// restored, which costs what the uncompressed prompt costs in that turn and from then on. Later savings must be allowed ones. A prompt with
/// parts that only the provider can count is held to be cacheable, and to have no more tokens than are counted here. Only where
/// a question asks for so much of what was left out that nothing saved remains, the label and the headings that it comes back with are paid, until the next
/// document makes up for it: facts first.
/// </remarks>
internal sealed class FrozenConversation(PrefixCacheRules? rules, CompressionSettings settings)
{
    // Tokens by which our count of a prompt and the provider's may differ.
    private const int CountMargin = 16;

    private readonly List<FrozenText> _texts = [];
    private readonly List<Recall> _recalls = [];
    private UserTurn? _turn;
    private bool _isCacheable;

    /// <summary>The compressed documents, in order.</summary>
    public IReadOnlyList<FrozenText> Texts => _texts;

    /// <summary>What later questions brought back, in order.</summary>
    public IReadOnlyList<Recall> Recalls => _recalls;

    /// <summary>Tokens that the conversation is shorter by.</summary>
    public int Saved => _texts.Sum(t => t.Result.TokensBefore - t.Result.TokensAfter) - _recalls.Sum(r => r.Tokens);

    /// <summary>The part of <see cref="Saved"/> in messages before <paramref name="message"/>.</summary>
    public int SavedBefore(int message) =>
        _texts.Where(t => t.MessageIndex < message).Sum(t => t.Result.TokensBefore - t.Result.TokensAfter)
        - _recalls.Where(r => r.MessageIndex < message).Sum(r => r.Tokens);

    // Tokens that the turn's prompt has beyond what the provider caches at all.
    private int Spare => _turn!.PromptTokens - Saved - CountMargin - rules!.MinimumTokens;

    /// <summary>Goes on to <paramref name="turn"/>.</summary>
    public void Enter(UserTurn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        _turn = turn;
        if (rules is null || _isCacheable || (!turn.MayBeMore && turn.PromptTokens + CountMargin < rules.MinimumTokens))
            return;
        _isCacheable = true;
        if (Spare >= 0 && rules.Allows(Saved))
            return;
        _texts.Clear();
        _recalls.Clear();
    }

    /// <summary>How far the next document of the turn may be compressed.</summary>
    public CompressionSettings SettingsForDocument()
    {
        if (!_isCacheable)
            return settings;
        // What a label cost that nothing saved was left for is made up for by the next document.
        var owed = Math.Min(0, Saved);
        return settings with { Saving = new SavingRule(rules!, Most: Spare + owed, Already: owed) };
    }

    /// <summary>A document of the turn was compressed.</summary>
    /// <param name="part">Index of the message's text part.</param>
    /// <param name="start">Where the document begins in it.</param>
    /// <param name="text">The document.</param>
    /// <param name="label">What the tag around it says.</param>
    /// <param name="result">What became of it.</param>
    public void Add(int part, int start, string text, string label, CompressionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Compressed)
            _texts.Add(new FrozenText(_turn!.MessageIndex, part, start, text, result) { Label = label });
    }

    /// <summary>What earlier turns left out and no later one brought back, in order.</summary>
    public List<LeftOutSentence> LeftOut()
    {
        // What has come back is not missing.
        var recalled = _recalls.SelectMany(r => r.Sentences).ToHashSet(StringComparer.Ordinal);
        return [.. _texts.Where(t => t.MessageIndex < _turn!.MessageIndex).SelectMany(t => t.LeftOut()).Where(sentence => recalled.Add(sentence.Line))];
    }

    /// <summary>How far what was left out may be compressed when the turn's question asks for it.</summary>
    /// <param name="labelTokens">Tokens of what stands around them.</param>
    /// <param name="leftOutTokens">Tokens of what was left out.</param>
    public CompressionSettings SettingsForRecall(int labelTokens, int leftOutTokens)
    {
        var recall = settings with
        {
            MinimumContextTokens = 0, MinimumSavedTokens = 1, TokenBudget = null,
            // The question chooses what comes back, also where it did not choose what went.
            Strategy = settings.Strategy == CompressionStrategy.TruncateMiddle ? CompressionStrategy.Bm25 : settings.Strategy,
        };
        return _isCacheable
            ? recall with { Saving = new SavingRule(rules!, Most: int.MaxValue, Already: Saved - leftOutTokens - labelTokens) }
            : recall;
    }

    /// <summary>The turn's question brings <paramref name="text"/> back.</summary>
    /// <param name="text">Sentences, one a line, with their headings.</param>
    /// <param name="sentences">The <see cref="LeftOutSentence.Line"/> of each.</param>
    /// <param name="tokens">Tokens that it adds, label included.</param>
    public void Add(string text, IReadOnlyList<string> sentences, int tokens)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        _recalls.Add(new Recall(_turn!.MessageIndex, text, tokens) { Sentences = sentences });
    }
}
