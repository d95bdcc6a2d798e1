using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Pricing;

/// <summary>
/// Dated snapshots of a model: <c>gpt-4o-2024-08-06</c>, <c>claude-sonnet-4-5-20250929</c>. Only a full date is taken off:
/// <c>gpt-5-pro</c> and <c>gpt-4o-audio-preview</c> are other models at other prices, and the four-digit snapshots (<c>-1106</c>)
/// of 2023 were priced one by one.
/// </summary>
internal static partial class SnapshotName
{
    /// <summary>The name without its date; <see langword="null"/> where it has none.</summary>
    public static string? FamilyOf(string name)
    {
        var match = Date().Match(name);
        return match.Success && match.Index > 0 ? name[..match.Index] : null;
    }

    [GeneratedRegex(@"-20\d\d-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$", RegexOptions.CultureInvariant)]
    private static partial Regex Date();
}
