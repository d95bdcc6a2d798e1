using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class AnswerEquivalenceTests
{
    [Theory]
    [InlineData("The fee is $25.", "the fee is  $25", AnswerVerdict.Equivalent, AnswerReason.IdenticalText)]
    [InlineData("The fee is $25.", "You pay a fee of $30.", AnswerVerdict.Different, AnswerReason.NumbersDiffer)]
    [InlineData("It takes 3 days.", "It takes 3 weeks.", AnswerVerdict.Different, AnswerReason.NumbersDiffer)]
    [InlineData("It takes 3 days.", "It takes three days to arrive.", AnswerVerdict.Unsure, AnswerReason.AskModels)]
    [InlineData("The fee is $25.", "There is a fee for outgoing transfers.", AnswerVerdict.Unsure, AnswerReason.NumbersMissing)]
    [InlineData("Yes, with a valid passport.", "No, a passport does not suffice.", AnswerVerdict.Different, AnswerReason.NegationDiffers)]
    [InlineData("The card can be used abroad in all member countries of the union.", "The card cannot be used abroad in all member countries of the union.", AnswerVerdict.Different, AnswerReason.NegationDiffers)]
    [InlineData("Press the switch to enable alerts.", "Press the switch to disable alerts.", AnswerVerdict.Different, AnswerReason.OppositesDiffer)]
    [InlineData("Steps:\n1. Open the menu\n2. Choose alerts", "Open the menu, then choose alerts.", AnswerVerdict.Unsure, AnswerReason.AskModels)]
    [InlineData("", "Open the menu.", AnswerVerdict.Unsure, AnswerReason.Unreadable)]
    public void Compare_Answers_SaysWhatTheWordsSay(string cached, string fresh, AnswerVerdict verdict, AnswerReason reason)
    {
        Assert.Equal(new AnswerComparison(verdict, reason), AnswerEquivalence.Compare(cached, fresh));
        Assert.Equal(new AnswerComparison(verdict, reason), AnswerEquivalence.Compare(fresh, cached));
    }

    [Fact]
    public void Judge_ModelsSureOrNot_IsAsSureAsTheyAre()
    {
        const string Answer = "The branch sends a new card within a week of the report.";
        const string Reworded = "The branch will send a new card within a week of the report.";
        const string Other = "The branch sends a new passbook within a week of the report.";
        Assert.Equal(new(AnswerVerdict.Equivalent, AnswerReason.Cosine), AnswerEquivalence.Judge(Answer, Reworded, 0.95, -4));
        Assert.Equal(new(AnswerVerdict.Unsure, AnswerReason.Unclear), AnswerEquivalence.Judge(Answer, Other, 0.95, -4));
        Assert.Equal(new(AnswerVerdict.Unsure, AnswerReason.Unclear), AnswerEquivalence.Judge(Answer, Reworded, 0.8, -4));
        Assert.Equal(new(AnswerVerdict.Equivalent, AnswerReason.Verifier), AnswerEquivalence.Judge(Answer, Reworded, 0.8, 2.5));
        Assert.Equal(new(AnswerVerdict.Different, AnswerReason.Cosine), AnswerEquivalence.Judge(Answer, Reworded, 0.3, 2.5));
        Assert.Equal(AnswerVerdict.Unsure, AnswerEquivalence.Judge(Answer, Reworded, double.NaN, double.NaN).Verdict);
    }

    [Fact]
    public void Compare_AnyTexts_IsSymmetricAndATextEqualsItself() => Gen.String[0, 300].Array[2].Sample(texts =>
    {
        Assert.Equal(AnswerEquivalence.Compare(texts[0], texts[1]), AnswerEquivalence.Compare(texts[1], texts[0]));
        Assert.NotEqual(AnswerVerdict.Different, AnswerEquivalence.Compare(texts[0], texts[0]).Verdict);
        Assert.StartsWith(AnswerEquivalence.Head(texts[0]), texts[0], StringComparison.Ordinal);
    });
}
