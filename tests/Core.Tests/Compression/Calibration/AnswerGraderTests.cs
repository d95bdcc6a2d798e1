using OrleansLlm.Core.Compression.Calibration;

namespace OrleansLlm.Core.Tests.Compression.Calibration;

public sealed class AnswerGraderTests
{
    [Theory]
    [InlineData(AnswerGrade.Exact, "25 dollars", "  25 Dollars.", true)]
    [InlineData(AnswerGrade.Exact, "25 dollars", "It is 25 dollars", false)]
    [InlineData(AnswerGrade.Numeric, "1200", "First 3, so the answer is $1,200.", true)]
    [InlineData(AnswerGrade.Numeric, "12.5", "12.50", true)]
    [InlineData(AnswerGrade.Numeric, "12", "It is 12 of 13", false)]
    [InlineData(AnswerGrade.Numeric, "-3", "minus: -3", true)]
    [InlineData(AnswerGrade.Numeric, "12", "none", false)]
    [InlineData(AnswerGrade.Numeric, "5", "It is \u22125.", false)]
    [InlineData(AnswerGrade.Numeric, "-5", "It is \u22125.", true)]
    [InlineData(AnswerGrade.Numeric, "20", "From 10-20", true)]
    [InlineData(AnswerGrade.Numeric, "-20", "From 10-20", false)]
    [InlineData(AnswerGrade.Numeric, "5", "about .5", false)]
    [InlineData(AnswerGrade.Numeric, "0.5", "about .5", true)]
    [InlineData(AnswerGrade.Exact, "-5 °C", "5 °C", false)]
    [InlineData(AnswerGrade.Contains, "-5 °C", "It was 5 °C.", false)]
    [InlineData(AnswerGrade.Contains, "-5 °C", "It was (-5 °C).", true)]
    [InlineData(AnswerGrade.Contains, "5 °C", "It was \u22125 °C.", false)]
    [InlineData(AnswerGrade.Contains, "10-20 days", "It takes 10-20 days.", true)]
    [InlineData(AnswerGrade.Contains, "7 business days", "It takes 7 Business Days, as a rule.", true)]
    [InlineData(AnswerGrade.Contains, "7 days", "It takes 17 days.", false)]
    [InlineData(AnswerGrade.Contains, "art", "the party", false)]
    [InlineData(AnswerGrade.Contains, "approved", "The claim was not approved.", false)]
    [InlineData(AnswerGrade.Contains, "approved", "It hasn’t yet been approved.", false)]
    [InlineData(AnswerGrade.Contains, "approved", "No, the claim is approved.", true)]
    [InlineData(AnswerGrade.Contains, "approved", "It was not approved at first; then it was approved.", true)]
    [InlineData(AnswerGrade.Contains, "Paris", "Not Lyon but Paris.", true)]
    [InlineData(AnswerGrade.Contains, "not approved", "The claim was not approved.", true)]
    [InlineData(AnswerGrade.Contains, "fee", "There is no fee.", false)]
    [InlineData(AnswerGrade.Contains, "7 days", "It takes no longer than 7 days.", true)]
    [InlineData(AnswerGrade.Contains, "7 days", "It takes not 7 days but 17.", false)]
    [InlineData(AnswerGrade.Numeric, "72", "So she sold 48+24 = 72 clips.", true)]
    [InlineData(AnswerGrade.Contains, "Paris", "The capital of France is Paris.", true)]
    [InlineData(AnswerGrade.Contains, "B", "Answer: B", true)]
    [InlineData(AnswerGrade.Contains, "B", "b", true)]
    [InlineData(AnswerGrade.Contains, "B", "Option A is too small, so the answer is **B**.", true)]
    [InlineData(AnswerGrade.Contains, "B", "It cannot be C.\n\n(B) 12 days", true)]
    [InlineData(AnswerGrade.Contains, "A", "The answer is B: a day.", false)]
    [InlineData(AnswerGrade.Contains, "A", "It takes a day.", false)]
    [InlineData(AnswerGrade.Contains, "A", "The answer is a day.", false)]
    [InlineData(AnswerGrade.Contains, "A", "A day is enough.", false)]
    public void IsRight_Answer_IsGradedByItsRule(AnswerGrade grade, string expected, string answer, bool right) =>
        Assert.Equal(right, AnswerGrader.IsRight(grade, expected, answer));

    [Fact]
    public void IsRight_Judge_IsNoRule() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AnswerGrader.IsRight(AnswerGrade.Judge, "a", "a"));

    [Theory]
    [InlineData("1,200", AnswerGrade.Numeric)]
    [InlineData("$12.50", AnswerGrade.Numeric)]
    [InlineData("7 days", AnswerGrade.Contains)]
    [InlineData("yes", AnswerGrade.Contains)]
    public void Default_Answer_NumbersByValue(string expected, AnswerGrade grade) => Assert.Equal(grade, AnswerGrader.Default(expected));
}
