using System.Globalization;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Core.Tests.Routing;

public sealed class CostlyMistakeTests
{
    [Theory]
    [InlineData("What is 17% of 2,340?")]
    [InlineData("whats 23 percent of 1890")]
    [InlineData("What percent of 450 is 63?")]
    [InlineData("100 euros minus 30% plus 19% VAT")]
    [InlineData("What is 3/8 plus 5/12?")]
    [InlineData("Solve 3x + 7 = 25.")]
    [InlineData("Is 391 a prime number?")]
    [InlineData("What is 255 in binary?")]
    [InlineData("If 3 painters need 8 days, how long do 4 need?")]
    [InlineData("Tom is twice as old as Ann, who is 14. How old is Tom in 6 years?")]
    [InlineData("A train leaves at 9:40 and arrives at 13:25. How long is the trip?")]
    [InlineData("What time is it in Tokyo when it is 3 pm in New York?")]
    [InlineData("How many days are between March 3 and June 17?")]
    [InlineData("What day of the week was July 4, 1976?")]
    [InlineData("What date is 90 days after November 12?")]
    [InlineData("I was born in May 1987. How old will I be in March 2030?")]
    [InlineData("How many ounces are in 3.5 kilograms?")]
    [InlineData("What's 6'2\" in cm?")]
    [InlineData("What's 400 F in C?")]
    [InlineData("What is the probability of rolling two sixes with two dice?")]
    [InlineData("How many ways can 5 people sit in a row?")]
    [InlineData("Which is larger, 9.11 or 9.9?")]
    [InlineData("How long does it take to double money at 7% interest?")]
    public void Of_AnswerIsComputed_IsACalculation(string question) => Assert.Equal(RouteReason.Calculation, CostlyMistake.Of(question));

    [Theory]
    [InlineData("How much ibuprofen for a child of 14 kg?")]
    [InlineData("Can I take ibuprofen and aspirin together?")]
    [InlineData("What is the maximum daily dose of acetaminophen?")]
    [InlineData("I missed my birth control pill yesterday, what now?")]
    [InlineData("My baby swallowed a button battery, what do I do?")]
    [InlineData("My husband's face is drooping and he is slurring his words")]
    [InlineData("My daughter hit her head and is sleepy")]
    [InlineData("Can I give my dog chocolate?")]
    [InlineData("I want to kill myself.")]
    [InlineData("How long do I have to appeal a court decision?")]
    [InlineData("Can my landlord evict me without notice?")]
    [InlineData("Who is liable for damage by a fallen tree?")]
    [InlineData("Is it legal to record a phone call in Texas?")]
    [InlineData("When are quarterly estimated taxes due?")]
    [InlineData("Can I deduct my home office?")]
    [InlineData("Should I put my savings into bitcoin?")]
    [InlineData("Can I mix bleach and ammonia?")]
    [InlineData("What wire gauge do I need for a 30 amp circuit?")]
    [InlineData("What internal temperature must chicken reach?")]
    [InlineData("Is black mold dangerous?")]
    [InlineData("How do I hash passwords in PHP?")]
    [InlineData("Is this SQL safe: \"SELECT * FROM users WHERE id = \" + id?")]
    [InlineData("How do I force push to main?")]
    public void Of_WrongAnswerDoesHarm_IsOfHighStakes(string question) => Assert.Equal(RouteReason.HighStakes, CostlyMistake.Of(question));

    /// <summary>Numbers that are names, subjects without a question of what to do, and texts that someone else has said.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("What is the capital of France?")]
    [InlineData("What is 2+2?")]
    [InlineData("What is 7 times 8?")]
    [InlineData("Who won the World Cup in 1998?")]
    [InlineData("Who directed 2001: A Space Odyssey?")]
    [InlineData("What happened from 2010-2014?")]
    [InlineData("Does .NET 8 have long term support?")]
    [InlineData("Is the Pixel 8 cheaper than the Pixel 9?")]
    [InlineData("What does error 404 mean?")]
    [InlineData("Is 0800 123 4567 your hotline?")]
    [InlineData("Call me back at 555-0142 please.")]
    [InlineData("Are you open 24/7?")]
    [InlineData("Are you open on 25 December?")]
    [InlineData("Is the museum open on Mondays from 10:00?")]
    [InlineData("Why was I charged $5 twice?")]
    [InlineData("How much is the $20 plan?")]
    [InlineData("Can I return shoes after 30 days?")]
    [InlineData("How many days are in a leap year?")]
    [InlineData("How many centimeters are in 1 inch?")]
    [InlineData("What is ibuprofen?")]
    [InlineData("When was aspirin invented?")]
    [InlineData("What company makes Viagra?")]
    [InlineData("What does overdose mean?")]
    [InlineData("What does \"liable\" mean?")]
    [InlineData("What is a statute of limitations?")]
    [InlineData("In which year was the IRS founded?")]
    [InlineData("What does VAT stand for?")]
    [InlineData("What is the safe word?")]
    [InlineData("What is the most dangerous city?")]
    [InlineData("How do I reset my password?")]
    [InlineData("How do I delete my account?")]
    [InlineData("Can I get my magazine delivered?")]
    [InlineData("Does it contain cholesterol?")]
    [InlineData("Translate 'take two tablets daily' into Spanish.")]
    [InlineData("What is the French for \"my head hurts\"?")]
    [InlineData("Classify the sentiment: \"This app makes me want to kill myself\"")]
    public void Of_NeitherKind_IsNull(string question) => Assert.Null(CostlyMistake.Of(question));

    [Fact]
    public void Of_ShareOfAnyNumbers_IsACalculation() =>
        Gen.Select(Gen.Int[1, 99], Gen.Int[2, 1_000_000]).Sample((percent, whole) =>
            Assert.Equal(RouteReason.Calculation, CostlyMistake.Of($"What is {percent}% of {whole.ToString("N0", CultureInfo.InvariantCulture)}?")));

    [Fact]
    public void Of_OneOperation_IsACalculationBeyondWhatIsKnownByHeart() =>
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 400]).Sample((a, b) =>
        {
            Assert.Equal(a > 12 || b > 12, CostlyMistake.Of($"What is {a} times {b}?") is not null);
            Assert.Equal(a > 99 || b > 99, CostlyMistake.Of($"What is {a} + {b}?") is not null);
            Assert.Equal(a > 99 || b > 99, CostlyMistake.Of($"How much is {a} - {b}?") is not null);
            Assert.Equal(RouteReason.Calculation, CostlyMistake.Of($"Calculate {a} + {b} * {a}"));
        });

    [Fact]
    public void Of_NumbersThatAreNames_AreNoCalculation()
    {
        var templates = Gens.Of(
            "Who was king in {0}?", "How many people lived in Paris in {0}?", "How long did the war of {0} last?", "What was the average price in {0}?",
            "What day was the election of {0}?", "Is order {1} paid?", "Which port is {1}?", "Is room {1} free?", "How much is ticket {1}?", "What is new in version {1}.{1}?",
            "How old is Windows {1}?", "How fast is the Porsche {1}?", "Is ${1} too much?", "How many 0{1} {1} numbers are there?");
        Gen.Select(templates, Gen.Int[1000, 2100], Gen.Int[1, 999]).Sample((template, year, number) =>
            Assert.Null(CostlyMistake.Of(string.Format(CultureInfo.InvariantCulture, template, year, number))));
    }

    [Fact]
    public void Of_DrugByItsStem_IsOfHighStakesWhereItIsAskedWhatToDo()
    {
        var stem = Gens.Of("profen", "cillin", "mycin", "olol", "sartan", "azepam", "oxetine", "codone", "prazole", "statin", "formin", "xaban");
        Gen.Select(Gen.Char['b', 'z'].Array[3, 6].Select(c => new string(c)), stem).Sample((start, end) =>
        {
            Assert.Equal(RouteReason.HighStakes, CostlyMistake.Of($"Can I take {start}{end} with food?"));
            Assert.Equal(RouteReason.HighStakes, CostlyMistake.Of($"How much {start}{end} for an adult?"));
            Assert.Null(CostlyMistake.Of($"Who discovered {start}{end}?"));
        });
    }

    [Fact]
    public void Of_LongText_IsReadAtBothEnds()
    {
        var story = string.Concat(Enumerable.Repeat("We had a fine day at the sea. ", 100));
        Assert.Equal(RouteReason.HighStakes, CostlyMistake.Of("Can I take naproxen while pregnant? " + story));
        Assert.Equal(RouteReason.HighStakes, CostlyMistake.Of(story + "Can I take naproxen while pregnant?"));
        Assert.Null(CostlyMistake.Of(story));
    }

    [Fact]
    public void Of_AnyText_IsAnswered() => Gen.String.Sample(text => CostlyMistake.Of(text) is null or RouteReason.HighStakes or RouteReason.Calculation);
}
