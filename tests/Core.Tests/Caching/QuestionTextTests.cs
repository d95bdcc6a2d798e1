using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class QuestionTextTests
{
    [Theory]
    [InlineData("How do I reset my password?", "how do i reset my password")]
    [InlineData("  How do I\treset\n my password ?!  ", "how do I reset my password")]
    [InlineData("What is the fee...", "What is the fee")]
    [InlineData("I\u2019m late", "I'm late")]
    [InlineData("Reset it. Then what?", "reset it. then what")]
    [InlineData("cafe\u0301 hours today", "caf\u00e9 hours today")]
    [InlineData("What Is The Fee", "what is the Fee")]
    public void Normalize_SameQuestionWrittenDifferently_IsIdentical(string a, string b) =>
        Assert.Equal(QuestionText.Normalize(a), QuestionText.Normalize(b));

    [Theory]
    [InlineData("Will the US win?", "Will the us win?")]
    [InlineData("who is in IT?", "who is in it?")]
    [InlineData("Visa fees", "visa fees")]
    [InlineData("how do I use Go", "how do I use go")]
    [InlineData("fee in 2023", "fee in 2024")]
    [InlineData("is C# hard", "is C hard")]
    [InlineData("?", "!")]
    [InlineData("vitamin A dose", "vitamin a dose")]
    [InlineData("what does the -I flag of sed do", "what does the -i flag of sed do")]
    [InlineData("what does option -A do in ls", "what does option -a do in ls")]
    [InlineData("what does \"The\" mean in a title", "what does \"the\" mean in a title")]
    [InlineData("what does the letter I stand for in physics", "what does the letter i stand for in physics")]
    [InlineData("fees, late", "fees late")]
    [InlineData("what is the value of 5!", "what is the value of 5?")]
    [InlineData("explain the command cd ..", "explain the command cd")]
    [InlineData("what does this match: colou?r?", "what does this match: colou?r")]
    [InlineData("fix this\nif a:\n  b\n  c", "fix this\nif a:\n  b\nc")]
    [InlineData("fix this\nif a:\n\tb\n\tc", "fix this\nif a:\n\tb\nc")]
    public void Normalize_PerhapsAnotherQuestion_Differs(string a, string b) =>
        Assert.NotEqual(QuestionText.Normalize(a), QuestionText.Normalize(b));

    [Fact]
    public void Normalize_AnyText_IsIdempotent()
    {
        Gen.String.Sample(text =>
        {
            var once = QuestionText.Normalize(text);
            Assert.Equal(once, QuestionText.Normalize(once));
        });
        Gen.OneOf("How", "do", "I", "US", "us", " ", "  ", "?", ".", "!", "e\u0301", "\u0301", "Visa", "A", "a", "'s", "\u2019", "\u00a0", "\u200b", "\"", "Reset", "McDonald", "\ud800", "\u0307", "\n", "\t", "5", "(", "*")
            .Array[0, 12].Select(string.Concat).Sample(text =>
        {
            var once = QuestionText.Normalize(text);
            Assert.Equal(once, QuestionText.Normalize(once));
        });
    }

    [Fact]
    public void Normalize_SpaceAndFinalMarks_NeverMatter()
    {
        // After a number "!" is an operator.
        var words = Gen.OneOf("how", "reset", "US", "card", "2024", "I", "fee").Array[1, 8].Where(static w => w[^1] != "2024");
        Gen.Select(words, Gen.OneOf("", "?", "!", "...", " ?"), Gen.OneOf(" ", "  ", "\n", "\t ")).Sample((w, end, gap) =>
            Assert.Equal(QuestionText.Normalize(string.Join(' ', w)), QuestionText.Normalize(gap + string.Join(gap, w) + end)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("continue")]
    [InlineData("Yes, please!")]
    [InlineData("thanks a lot")]
    [InlineData("go on")]
    [InlineData("tell me more")]
    [InlineData("What does that mean?")]
    [InlineData("Can you explain it again in more detail?")]
    [InlineData("why not")]
    [InlineData("give me an example")]
    [InlineData("make it shorter please")]
    [InlineData("what about the second one?")]
    [InlineData("reset password")]
    public void IsContentFree_LeansOnTheConversation_True(string text) => Assert.True(QuestionText.IsContentFree(text));

    [Theory]
    [InlineData("What is KYC?")]
    [InlineData("How do I reset my password?")]
    [InlineData("reset my password")]
    [InlineData("Who is the CEO?")]
    [InlineData("what is IT?")]
    [InlineData("please explain what AML is")]
    public void IsContentFree_StandsAlone_False(string text) => Assert.False(QuestionText.IsContentFree(text));
}
