using OrleansLlm.Core.Compression;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class WordingKeyTests
{
    [Theory]
    [InlineData("The fee for cards is 12 EUR.", "the fee for  cards\nis 12 EUR")]
    [InlineData("He called it \"final\", and left.", "He called it “final” and left.")]
    [InlineData("The **fee** is `due` on Monday.", "The fee is due on Monday.")]
    [InlineData("It isn't due.", "It isn’t due.")]
    [InlineData("The *late fee* is 'never due'.", "The late fee is ‘never due’.")]
    [InlineData("The ***fee***, they say, is due.", "The fee they say is due.")]
    [InlineData("The state\u00ADment is zero\u200B.", "The statement is zero.")]
    public void Of_PrintsOfOneSentence_AreEqual(string one, string other) =>
        Assert.Equal(WordingKey.Of(one).Key, WordingKey.Of(other).Key);

    [Theory]
    [InlineData("The fee for cards is 12 EUR.", "The fee for cards is 13 EUR.")]
    [InlineData("The fee for cards is 12.5 EUR.", "The fee for cards is 125 EUR.")]
    [InlineData("The balance is 500.", "The balance is -500.")]
    [InlineData("The balance is 500.", "The balance is (500).")]
    [InlineData("The pipe is 5\" wide.", "The pipe is 5 wide.")]
    [InlineData("The share is 5%.", "The share is 5.")]
    [InlineData("It costs $5.", "It costs €5.")]
    [InlineData("Refunds are paid.", "Refunds are not paid.")]
    [InlineData("Due before May.", "Due after May.")]
    [InlineData("Ask IT for help.", "Ask it for help.")]
    [InlineData("The fee is due.", "The fee is due?")]
    [InlineData("Call 5*3.", "Call 53.")]
    [InlineData("The slope is f' there.", "The slope is f there.")]
    [InlineData("The slope of 'f' is f' there.", "The slope of 'f' is f there.")]
    [InlineData("The point is x* there.", "The point is x there.")]
    [InlineData("Pass *p to it.", "Pass p to it.")]
    [InlineData("Pass *p and *q to it.", "Pass p and q to it.")]
    [InlineData("Read _id from it.", "Read id from it.")]
    [InlineData("Call __init__ first.", "Call init first.")]
    [InlineData("Mr Weber signed.", "Mr Webers signed.")]
    [InlineData("Open https://example.com/a.b now.", "Open https://example.com/a.c now.")]
    [InlineData("A few people came.", "Few people came.")]
    public void Of_SentencesThatSayDifferentThings_Differ(string one, string other) =>
        Assert.NotEqual(WordingKey.Of(one).Key, WordingKey.Of(other).Key);
}
