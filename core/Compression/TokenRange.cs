namespace OrleansLlm.Core.Compression;

/// <summary>Tokens that a compressed block is to have.</summary>
/// <param name="Fewest">Fewer miss what was asked.</param>
/// <param name="Aim">What is aimed at.</param>
/// <param name="Most">More miss it.</param>
/// <param name="Floor">Fewer are worse than not compressing at all.</param>
/// <param name="Ceiling">More are, too.</param>
internal readonly record struct TokenRange(int Fewest, int Aim, int Most, int Floor = 0, int Ceiling = int.MaxValue)
{
    public bool Holds(int tokens) => tokens >= Fewest && tokens <= Most;

    public bool Permits(int tokens) => tokens >= Floor && tokens <= Ceiling;

    /// <summary>The range around <paramref name="target"/> tokens of a block of <paramref name="before"/>; null where the prefix cache leaves none.</summary>
    public static TokenRange? For(CompressionSettings settings, int before, int target)
    {
        var tolerance = (int)(before * CompressionSettings.Tolerance);
        var ceiling = settings.TokenBudget is null ? int.MaxValue : target;
        if (settings.Saving is not { } saving)
            return new TokenRange(target - tolerance, target, Math.Min(target + tolerance, ceiling), Ceiling: ceiling);

        var whole = before + saving.Already;
        var least = settings.TokenBudget is null ? saving.Already + 1 : whole - target;
        if (saving.Rules.Nearest(whole - target, least, Math.Min(saving.Most, whole)) is not { } window)
            return null;
        var (floor, most) = (whole - window.Most, whole - window.Fewest);
        // Off the edges where that is near enough: whole sentences rarely hit one.
        var slack = Math.Min(tolerance, (most - floor) / 2);
        var aim = Math.Clamp(target, floor + slack, most);
        return new TokenRange(Math.Max(floor, aim - tolerance), aim, Math.Min(most, aim + tolerance), floor, most);
    }
}
