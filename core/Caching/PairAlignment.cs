namespace OrleansLlm.Core.Caching;

/// <summary>The words and names of two questions that have no like on the other side.</summary>
internal sealed class PairAlignment
{
    public PairAlignment(QuestionProfile a, QuestionProfile b)
    {
        OnlyA = WordMatching.Unmatched(a.Content, b.Tokens);
        OnlyB = WordMatching.Unmatched(b.Content, a.Tokens);
        EntitiesOnlyA = UnmatchedEntities(a, b, OnlyA);
        EntitiesOnlyB = UnmatchedEntities(b, a, OnlyB);
        ContentOverlap = Share(a.Content.Count, b.Content.Count, OnlyA.Count + OnlyB.Count);
        EntityOverlap = Share(a.Entities.Count, b.Entities.Count, EntitiesOnlyA.Count + EntitiesOnlyB.Count);
    }

    public List<QuestionToken> OnlyA { get; }

    public List<QuestionToken> OnlyB { get; }

    public List<QuestionToken> EntitiesOnlyA { get; }

    public List<QuestionToken> EntitiesOnlyB { get; }

    public double ContentOverlap { get; }

    public double EntityOverlap { get; }

    private static List<QuestionToken> UnmatchedEntities(QuestionProfile side, QuestionProfile other, List<QuestionToken> unmatched)
    {
        var entities = new List<QuestionToken>();
        foreach (var entity in side.Entities)
        {
            if (!unmatched.Contains(entity))
                continue;
            if (Places.Of(entity, default) is { } place && other.PlaceNames.Contains(place))
                continue;
            if (side.PlaceNames.Count > 0 && other.PlaceNames.SetEquals(side.PlaceNames) && entity.Lower is "united" or "states" or "kingdom" or "new" or "york")
                continue;
            if (!EntityReader.Abbreviates(entity.Lower, other.Tokens) && !SpelledOut(entity, side, other))
                entities.Add(entity);
        }

        return entities;
    }

    /// <summary>True for "Anti Money Laundering" where the other side says "AML".</summary>
    private static bool SpelledOut(QuestionToken entity, QuestionProfile side, QuestionProfile other) =>
        other.Entities.Exists(e => e.Surface.Length >= 3 && e.Surface.All(char.IsUpper)
            && e.Lower.Contains(entity.Lower[0], StringComparison.Ordinal) && EntityReader.Abbreviates(e.Lower, side.Tokens));

    private static double Share(int a, int b, int unmatched) => a + b == 0 ? 1 : 1 - ((double)unmatched / (a + b));
}
