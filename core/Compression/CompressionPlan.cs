using OrleansLlm.Core.Compression.Strategies;
using OrleansLlm.Core.Compression.Words;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Compression;

/// <summary>A context split, protected and scored by words, waiting for the pruner's scores. Immutable; may be completed many times.</summary>
public sealed class CompressionPlan
{
    internal CompressionPlan(string question, string context, CompressionSettings settings, ITokenCounter counter)
    {
        Question = question;
        Context = context;
        Settings = settings;
        Counter = counter;
    }

    /// <summary>The question the context is pruned for.</summary>
    public string Question { get; }

    /// <summary>
    /// The live prose sentences in order, for the pruner to score; empty where <see cref="NeedsPruner"/> is false.
    /// </summary>
    public IReadOnlyList<string> Sentences { get; internal init; } = [];

    /// <summary>Why the context will be left as it is; <see cref="AbstainReason.None"/> where it may be compressed.</summary>
    public AbstainReason AbstainReason { get; internal init; }

    /// <summary>Whether the pruner's scores would change the outcome. False: complete with null and save the model call.</summary>
    public bool NeedsPruner => Sentences.Count > 0;

    /// <summary>Whether a token classifier is to score the sentences' tokens, and not the pruner the sentences.</summary>
    public bool NeedsTokens => NeedsPruner && Scored.Length > 0;

    /// <summary>What to complete the plan with after a token classifier was asked: one value a word that may go.</summary>
    /// <param name="tokens">The tokens of each of <see cref="Sentences"/>, in order.</param>
    /// <exception cref="ArgumentException">The number of sentences is another one.</exception>
    public IReadOnlyList<float> KeepProbabilities(IReadOnlyList<IReadOnlyList<TokenLogit>> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Count != Sentences.Count)
            throw new ArgumentException($"{tokens.Count} lists of tokens for {Sentences.Count} sentences; there must be one for each.", nameof(tokens));
        return WordProbabilities.Of(Scored, Array.ConvertAll(Live, i => (Units[i].Start, Units[i].End)), tokens);
    }

    /// <summary>Tokens of the context under the target model's encoding.</summary>
    public int TokensBefore { get; internal init; }

    /// <summary>Where the sentences stand whose words compete; empty where sentences do.</summary>
    internal (int Start, int End)[] Scored { get; init; } = [];

    /// <summary>Values to complete the plan with.</summary>
    internal int ScoreCount => NeedsTokens ? Live.Length : Sentences.Count;

    internal string Context { get; }

    internal CompressionSettings Settings { get; }

    internal ITokenCounter Counter { get; }

    internal ContextUnit[] Units { get; init; } = [];

    /// <summary>Which units repeat an earlier one.</summary>
    internal bool[] Repeated { get; init; } = [];

    /// <summary>White space inside structures that goes in the lossless step.</summary>
    internal List<(int Start, int End)> Cuts { get; init; } = [];

    /// <summary>Indices of the units that compete for the budget: live prose.</summary>
    internal int[] Live { get; init; } = [];

    /// <summary>Tokens of each live unit with the white space, and the list marker, that are written with it.</summary>
    internal int[] Costs { get; init; } = [];

    /// <summary>Tokens of live prose that may stay.</summary>
    internal int Budget { get; init; }

    /// <summary>Tokens of the whole block to reach, structure included.</summary>
    internal TokenRange Target { get; init; }

    /// <summary>What the strategy says of each live unit.</summary>
    internal IUnitScores Scores { get; init; } = new FixedScores([], isFlat: true);

    /// <summary>For each live unit the live unit it leans on (its antecedent or lead-in), or -1.</summary>
    internal int[] LeansOn { get; init; } = [];

    /// <summary>Which of the live units are exceptions to the one before, which does not stay without them.</summary>
    internal bool[] Exceptional { get; init; } = [];
}
