namespace OrleansLlm.Core.Caching;

/// <summary>
/// "Give up" and "take up": a verb that means little by itself means with its particle what neither says alone, so that two of them before one particle are two verbs. Elsewhere
/// they stand for each other more often than not ("get a visa", "make money").
/// </summary>
internal static class PhrasalVerbs
{
    private static readonly HashSet<string> Light =
        [.. "give take put set turn call bring come go make look break run pick hand cut pass throw hold keep hang fall pull push stand sit send lay let work back".Split(' ').Select(Words.Stem)];

    private static readonly HashSet<string> Particles = ["up", "down", "in", "out", "on", "off", "over", "away", "back", "through", "around", "along", "after", "into"];

    /// <summary>Whether such verbs before one particle are all that differs.</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b, PairAlignment pair) =>
        pair.OnlyA is [var verb] && pair.OnlyB is [var other] && Light.Contains(verb.Stem) && Light.Contains(other.Stem)
        && ParticleOf(a, verb) is { } particle && particle == ParticleOf(b, other);

    private static string? ParticleOf(QuestionProfile profile, QuestionToken verb)
    {
        var next = profile.Tokens.IndexOf(verb) + 1;
        return next < profile.Tokens.Count && Particles.Contains(profile.Tokens[next].Lower) ? profile.Tokens[next].Lower : null;
    }
}
