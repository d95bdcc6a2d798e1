namespace OrleansLlm.Core.Caching;

/// <summary>Reads the terms that <see cref="Contrasts"/> compares: stems, case-bound names, and the particles of phrasal verbs.</summary>
internal static class Terms
{
    private const int ParticleReach = 5;

    // The verbs whose particle turns the meaning round: turn the radio on / off, log in / out.
    private static readonly (string Verbs, string[] Particles)[] Phrasal =
    [
        ("turn switch power toggle flip put set", ["on", "off"]),
        ("log sign clock opt cash check zoom pay move", ["in", "out"]),
        ("turn scale speed slow go move scroll volume", ["up", "down"]),
    ];

    private static readonly (HashSet<string> Verbs, string[] Particles)[] Readings =
        [.. Phrasal.Select(row => (row.Verbs.Split(' ').ToHashSet(StringComparer.Ordinal), row.Particles))];

    public static HashSet<string> Read(IReadOnlyList<QuestionToken> tokens)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];

            // Lower-case "may" and "march" are no months, and a capital at the start of a sentence proves nothing.
            terms.Add(!token.SentenceStart && CaseWords.CarriesMeaning(token.Surface) ? token.Surface : token.Stem);
            terms.Add(token.Stem);
            foreach (var (verbs, particles) in Readings)
            {
                if (verbs.Contains(token.Stem) && Particle(tokens, i, particles) is { } particle)
                    terms.Add("~" + particle);
            }
        }

        return terms;
    }

    private static string? Particle(IReadOnlyList<QuestionToken> tokens, int verb, string[] particles)
    {
        var end = Math.Min(tokens.Count, verb + 1 + ParticleReach);
        for (var i = verb + 1; i < end; i++)
        {
            if (particles.Contains(tokens[i].Lower))
                return tokens[i].Lower;
        }

        return null;
    }
}
