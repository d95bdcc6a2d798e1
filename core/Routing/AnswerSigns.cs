using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Routing;

/// <summary>Signs that an answer was not good enough: it refuses, or the next turn is not content with it. English only; what is not seen changes nothing.</summary>
public static partial class AnswerSigns
{
    private const int Opening = 240;

    // A long turn that says "no" somewhere is a new request.
    private const int LongestComplaint = 240;

    /// <summary>Whether an answer opens with a refusal or with not knowing.</summary>
    public static bool Refuses(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Refusal().IsMatch(answer.Length <= Opening ? answer : answer[..Opening]);
    }

    /// <summary>Whether a turn finds fault with the answer before it.</summary>
    public static bool IsDissatisfied(string turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return turn.Length <= LongestComplaint && Complaint().IsMatch(turn);
    }

    /// <summary>Whether a turn is too short to be judged without what was said before ("commit it", "yes", "go on").</summary>
    public static bool IsContinuation(string turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return turn.Length is > 0 and <= 40 && !turn.Contains('?', StringComparison.Ordinal) && Words().Count(turn) <= 3;
    }

    [GeneratedRegex(
        @"\b(i('m| am) (sorry|afraid)|i apologi[sz]e)\b.{0,60}\b(can't|cannot|can not|unable|not able|don't)\b|\bi('m| am) (unable|not able) to\b|\bi (can't|cannot|can not|won't) (help|assist|answer|provide|do|comply|determine|access)\b|\bas an ai\b|\bi (don't|do not) (know|have (enough|access|that|any) )",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Refusal();

    [GeneratedRegex(
        @"^\s*(no|nope|wrong|incorrect)\b(?! (problem|worries|need))|\b(that|this|it)('s| is| was|'s not| isn't| wasn't)? ?(still )?(wrong|incorrect|not (right|correct|true|what i|working|helpful)|isn't (right|correct|what i))|\byou('re| are| were) (wrong|mistaken)\b|\btry again\b|\bnot what i (asked|meant|wanted|need)|\bi (asked|meant) (for|you|about)?\b|\b(doesn't|does not|didn't|did not) (work|answer|help|compile)\b|\bstill (wrong|broken|failing|fails|not)\b|\bare you sure\b|\bbad answer\b|\bdo it (again|properly)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Complaint();

    [GeneratedRegex(@"[\p{L}\p{N}'-]+")]
    private static partial Regex Words();
}
