namespace OrleansLlm.Core.Caching;

/// <summary>What decided a comparison of answers. Stable names: they stand in metrics.</summary>
public enum AnswerReason
{
    /// <summary>The words leave it open; the verifier is to be asked.</summary>
    AskVerifier,

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

    /// <summary>The verifier's logit was clear, or not clear enough.</summary>
    Verifier,

    /// <summary>The verifier could not be asked.</summary>
    NotVerified,
}
