namespace OrleansLlm.Core.Caching;

/// <summary>What decided a comparison of answers. Stable names: they stand in metrics.</summary>
public enum AnswerReason
{
    /// <summary>The words leave it open; the models are to be asked.</summary>
    AskModels,

    /// <summary>The same text but for case, space and final marks.</summary>
    IdenticalText,

    /// <summary>Each holds a number, amount or date that the other lacks, or another unit.</summary>
    NumbersDiffer,

    /// <summary>One holds numbers that the other does not mention.</summary>
    NumbersMissing,

    /// <summary>Yes against no, or one of two short answers is negated.</summary>
    NegationDiffers,

    /// <summary>Short answers that hold opposites.</summary>
    OppositesDiffer,

    /// <summary>Empty, or in a script that the models do not read.</summary>
    Unreadable,

    /// <summary>The verifier took them for the same.</summary>
    Verifier,

    /// <summary>The cosine similarity was high or low enough.</summary>
    Cosine,

    /// <summary>The language model that was asked said so.</summary>
    Judge,

    /// <summary>No model was sure.</summary>
    Unclear,

    /// <summary>The models could not be asked.</summary>
    NotAsked,
}
