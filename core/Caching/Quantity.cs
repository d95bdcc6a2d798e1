namespace OrleansLlm.Core.Caching;

/// <summary>A number in a question.</summary>
/// <param name="Value">The number in plain decimal notation: "5k" and "5,000" are both <c>5000</c>.</param>
/// <param name="Unit">Canonical unit ("usd", "percent", "day", "am"), or null where none stands beside the number.</param>
/// <param name="IsLoose">
/// True for words that are as often no number ("one", "first", "second", "half"): they may stand for a digit on the other side, and two
/// different ones differ, but one more of them on one side only proves nothing.
/// </param>
/// <param name="Bound">Which side of it is meant.</param>
/// <param name="Position">Index of its first token.</param>
internal readonly record struct Quantity(string Value, string? Unit, bool IsLoose, NumberBound Bound, int Position);
