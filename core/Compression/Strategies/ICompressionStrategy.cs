namespace OrleansLlm.Core.Compression.Strategies;

/// <summary>Decides what of a context is worth its tokens. Stateless; the budget, protection and writing are the same for all.</summary>
internal interface ICompressionStrategy
{
    /// <summary>Whether the choice is made in the light of a question, so that without one nothing is cut.</summary>
    bool NeedsQuestion { get; }

    /// <summary>Whether the live units are words, scored by a token classifier that must have been asked.</summary>
    bool ScoresWords => false;

    /// <summary>Scores the live units of a context, as far as that goes without a model.</summary>
    /// <param name="context">The context.</param>
    /// <param name="units">All of its units.</param>
    /// <param name="live">Indices of those that compete for the budget.</param>
    /// <param name="question">What is asked.</param>
    IUnitScores Score(string context, ContextUnit[] units, int[] live, QuestionTerms question);
}
