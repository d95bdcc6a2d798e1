using OrleansLlm.Core.Compression;

namespace OrleansLlm.Core.Ledger;

/// <summary>Where a stretch stood that compression took out; its text is in the caller's request.</summary>
/// <param name="Message">Index of the message.</param>
/// <param name="Part">Index of the text part in the message.</param>
/// <param name="Start">UTF-16 offset in that part's text.</param>
/// <param name="Length">UTF-16 length.</param>
/// <param name="Score">The sentence's relevance score, the word's keep probability; 0 for duplicates.</param>
/// <param name="Kind">Why it went.</param>
public readonly record struct RemovedRange(int Message, int Part, int Start, int Length, double Score, RemovedKind Kind = RemovedKind.Sentence);
