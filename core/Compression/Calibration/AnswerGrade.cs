namespace OrleansLlm.Core.Compression.Calibration;

/// <summary>How an answer is held against the right one.</summary>
public enum AnswerGrade
{
    /// <summary>The same words, without regard to case, white space and punctuation at the ends.</summary>
    Exact,

    /// <summary>The last number of the answer is the right one's.</summary>
    Numeric,

    /// <summary>The right answer's words stand in the answer, in their order and side by side, and no negation shortly before them turns them round. A single letter, which names a choice, is the whole answer, a line of its own or said to be the answer.</summary>
    Contains,

    /// <summary>A language model says whether both say the same.</summary>
    Judge,
}
