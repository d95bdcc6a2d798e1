namespace OrleansLlm.Core.Caching;

/// <summary>One token of a question.</summary>
/// <param name="Surface">As written, possessive endings dropped.</param>
/// <param name="Lower"><paramref name="Surface"/> in lower case.</param>
/// <param name="Stem">The inflection folded away (<see cref="Words.Stem"/>).</param>
/// <param name="Kind">What it is written with.</param>
/// <param name="SentenceStart">True where a capital says nothing: the first word of a sentence.</param>
/// <param name="Quoted">Inside quotation marks.</param>
/// <param name="Glued">Written without a space after the token before it.</param>
/// <param name="Possessive">With the ending of one who owns something, which "it's" has too.</param>
internal readonly record struct QuestionToken(
    string Surface, string Lower, string Stem, TokenKind Kind, bool SentenceStart, bool Quoted, bool Glued, bool Possessive);
