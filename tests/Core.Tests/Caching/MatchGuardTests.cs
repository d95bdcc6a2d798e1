using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class MatchGuardTests
{
    [Theory]
    // numbers
    [InlineData("What changed in the reporting rules in 2023?", "What changed in the reporting rules in 2024?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Do I report a cash deposit of $5,000?", "Do I report a cash deposit of $10,000?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Can I wire 5k to my broker?", "Can I wire fifty thousand to my broker?", MatchGuardReason.NumbersDiffer)]
    [InlineData("What does HTTP error 404 mean?", "What does HTTP error 403 mean?", MatchGuardReason.NumbersDiffer)]
    [InlineData("What is new in iOS 17?", "What is new in iOS 18?", MatchGuardReason.NumbersDiffer)]
    [InlineData("How do I call API v2 from C#?", "How do I call API v3 from C#?", MatchGuardReason.NumbersDiffer)]
    [InlineData("How long does a transfer take after 3 days?", "How long does a transfer take after 5 days?", MatchGuardReason.NumbersDiffer)]
    [InlineData("What is the first amendment about?", "What is the second amendment about?", MatchGuardReason.NumbersDiffer)]
    [InlineData("When did World War I end?", "When did World War II end?", MatchGuardReason.NumbersDiffer)]
    [InlineData("What is the wire fee?", "What is the wire fee in 2024?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Is 1.5 percent a fair fee?", "Is 15 percent a fair fee?", MatchGuardReason.NumbersDiffer)]
    [InlineData("How many feet are in 1,5 kilometres?", "How many feet are in 15 kilometres?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Is 1.000 euros enough for Rome?", "Is 1 euro enough for Rome?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Is x=-5 a root of the equation?", "Is x=5 a root of the equation?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Is the sum of (-3, 4) positive here?", "Is the sum of (3, 4) positive here?", MatchGuardReason.NumbersDiffer)]
    // a word of more than a hundred letters is one and the same unknown token to the models
    [InlineData(
        "What is in abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz here?",
        "What is in abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyy here?", MatchGuardReason.EntitiesDiffer)]
    [InlineData("Who owns the wallet qwertyuiopasdfghjklzxcvbnmqwertyuiop now?", "Tell me the owner of wallet qwertyuiopasdfghjklzxcvbnmqwertyuioq", MatchGuardReason.EntitiesDiffer)]
    // what no encoder reads
    [InlineData("What does the \ud83d\ude02 emoji mean?", "What does the \ud83d\ude2d emoji mean?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("How do I add \u00bd cup of sugar?", "How do I add \u00bc cup of sugar?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What is 10\u00b2 in decimal notation?", "What is 10\u00b3 in decimal notation?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What does \u732b mean in English?", "What does \u72ac mean in English?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What is \u222b x dx in calculus?", "What is \u2211 x dx in calculus?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("Calculate 12 + 4 for me", "Calculate 12 - 4 for me", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What is the value of 12/4 rounded?", "What is the value of 12-4 rounded?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What is the value of 5!", "What is the value of 5?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("Does a < b hold for these values?", "Does a > b hold for these values?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What does i++ return in a loop?", "What does ++i return in a loop?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What does x-- return in a loop?", "What does --x return in a loop?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What does == do in this language?", "What does === do in this language?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("Is the value of x in [0,1) valid?", "Is the value of x in [0,1] valid?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What is 2*(3+4) as a number?", "What is 2*3+4 as a number?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What does this print?\nfor i in r:\n    x += i\n    print(x)", "What does this print?\nfor i in r:\n    x += i\nprint(x)", MatchGuardReason.SymbolsDiffer)]
    // characters that are not seen
    [InlineData("Should clerks accept expired passports?", "Should clerks \u202eton\u202c accept expired passports?", MatchGuardReason.HiddenCharacters)]
    [InlineData("Should clerks accept old passports?", "Should clerks accept\u2060 old passports?", MatchGuardReason.HiddenCharacters)]
    [InlineData("Should clerks accept torn passports?", "Should clerks accept torn passports?\udb40\udc6e", MatchGuardReason.HiddenCharacters)]
    // units
    [InlineData("Is a transfer of $500 free?", "Is a transfer of \u20ac500 free?", MatchGuardReason.UnitsDiffer)]
    [InlineData("Can I cancel within 30 days?", "Can I cancel within 30 minutes?", MatchGuardReason.UnitsDiffer)]
    [InlineData("Does support open at 9am on Monday?", "Does support open at 9pm on Monday?", MatchGuardReason.UnitsDiffer)]
    [InlineData("Is a 5% fee normal for cards?", "Is a $5 fee normal for cards?", MatchGuardReason.UnitsDiffer)]
    [InlineData("Convert 5 m to feet please", "Convert 5 km to feet please", MatchGuardReason.UnitsDiffer)]
    [InlineData("How many calories are in 5 g of sugar?", "How many calories are in 5 kg of sugar?", MatchGuardReason.UnitsDiffer)]
    [InlineData("What is 20% of 50 dollars?", "What is 20 of 50 dollars?", MatchGuardReason.UnitsDiffer)]
    // opposites
    [InlineData("How do I turn on dark mode?", "How do I turn off dark mode?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How do I turn dark mode on?", "How do I disable dark mode?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How do I enable two-factor login?", "How do I disable two-factor login?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How can I open an account?", "How can I close an account?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How do I log in to the portal?", "How do I log out of the portal?", MatchGuardReason.OppositesDiffer)]
    [InlineData("Can I pay before the due date?", "Can I pay after the due date?", MatchGuardReason.OppositesDiffer)]
    [InlineData("What are the positive and negative effects of the reform?", "What are the positive effects of the reform?", MatchGuardReason.OppositesDiffer)]
    [InlineData("What are the advantages of leasing a car?", "What are the advantages and disadvantages of leasing a car?", MatchGuardReason.OppositesDiffer)]
    [InlineData("Can I invest with a licence?", "Can I invest without a licence?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How do I buy shares in the app?", "How do I sell shares in the app?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How do deposits work at branches?", "How do withdrawals work at branches?", MatchGuardReason.OppositesDiffer)]
    [InlineData("What is the minimum balance for a savings account?", "What is the maximum balance for a savings account?", MatchGuardReason.OppositesDiffer)]
    [InlineData("What is the wire transfer limit for business accounts?", "What is the wire transfer limit for personal accounts?", MatchGuardReason.OppositesDiffer)]
    [InlineData("What is the daily transfer limit?", "What is the monthly transfer limit?", MatchGuardReason.OppositesDiffer)]
    [InlineData("Why was my loan application approved?", "Why was my loan application denied?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How do I increase my credit limit?", "How do I decrease my credit limit?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How are domestic wires priced?", "How are international wires priced?", MatchGuardReason.OppositesDiffer)]
    [InlineData("Is it legal to record calls?", "Is it illegal to record calls?", MatchGuardReason.OppositesDiffer)]
    [InlineData("Who performs the kyc review?", "Who performs the aml review?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How do I freeze my card?", "How do I unfreeze my card?", MatchGuardReason.OppositesDiffer)]
    [InlineData("Is the form valid for trusts?", "Is the form invalid for trusts?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How do I send money in euros?", "How do I send money in dollars?", MatchGuardReason.OppositesDiffer)]
    // negation
    [InlineData("Which transactions are reportable?", "Which transactions are not reportable?", MatchGuardReason.NegationDiffers)]
    [InlineData("Why does my card work abroad?", "Why doesn't my card work abroad?", MatchGuardReason.NegationDiffers)]
    [InlineData("Which customers need enhanced checks?", "Which customers never need enhanced checks?", MatchGuardReason.NegationDiffers)]
    // names
    [InlineData("Does the policy cover Barclays customers?", "Does the policy cover Santander customers?", MatchGuardReason.EntitiesDiffer)]
    [InlineData("how do i open an account in canada", "how do i open an account in india", MatchGuardReason.EntitiesDiffer)]
    [InlineData("How do I open an account in Germany?", "How do I open an account?", MatchGuardReason.EntitiesDiffer)]
    [InlineData("What is the status of order ABX?", "What is the status of order ABY?", MatchGuardReason.EntitiesDiffer)]
    [InlineData("What is \"velocity\" in the rule book?", "What is \"structuring\" in the rule book?", MatchGuardReason.EntitiesDiffer)]
    [InlineData("Who wrote the Falcon handbook?", "who wrote the heron handbook?", MatchGuardReason.EntitiesDiffer)]
    // case, order, thin text, language
    [InlineData("What does the bank ask of US customers?", "What does the bank ask of us customers?", MatchGuardReason.CaseDiffers)]
    [InlineData("How do I convert USD to EUR?", "How do I convert EUR to USD?", MatchGuardReason.OrderDiffers)]
    [InlineData("How do I move money from checking to savings?", "How do I move money from savings to checking?", MatchGuardReason.OrderDiffers)]
    // roles
    [InlineData("how do i convert celsius to fahrenheit", "how do i convert fahrenheit to celsius", MatchGuardReason.OrderDiffers)]
    [InlineData("please tell me how to convert pdf to word", "how do i convert word to pdf", MatchGuardReason.OrderDiffers)]
    [InlineData("How do I divide a fraction by a whole number?", "How do I divide a whole number by a fraction?", MatchGuardReason.OrderDiffers)]
    [InlineData("Can a tenant sue the owner?", "Can the owner sue a tenant?", MatchGuardReason.OrderDiffers)]
    [InlineData("Is iron heavier than copper?", "Is copper heavier than iron?", MatchGuardReason.OrderDiffers)]
    [InlineData("Is every square a rectangle?", "Is every rectangle a square?", MatchGuardReason.OrderDiffers)]
    [InlineData("Should I sell my house and buy a flat?", "Should I buy a house and sell my flat?", MatchGuardReason.OrderDiffers)]
    [InlineData("How do I set a to b in this language?", "How do I set b to a in this language?", MatchGuardReason.OrderDiffers)]
    [InlineData("Do I pay tax on gifts from family?", "Do I pay tax on gifts to family?", MatchGuardReason.OrderDiffers)]
    [InlineData("How do I send a file to my phone from my computer?", "How do I send a file from my phone to my computer?", MatchGuardReason.OrderDiffers)]
    // the point and the minus of a number
    [InlineData("How do I give a child .5 mg of lorazepam?", "How do I give a child 5 mg of lorazepam?", MatchGuardReason.NumbersDiffer)]
    [InlineData("What happens with .25 mg of Xanax with alcohol?", "What happens with 25 mg of Xanax with alcohol?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Does it cost $.50 per trade?", "Does it cost $50 per trade?", MatchGuardReason.NumbersDiffer)]
    [InlineData("May I store vaccines at \u201320 degrees celsius?", "May I store vaccines at 20 degrees celsius?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Should my freezer show \u201018 degrees?", "Should my freezer show 18 degrees?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Is -.5 a rational number?", "Is .5 a rational number?", MatchGuardReason.NumbersDiffer)]
    // whose number it is
    [InlineData("Can I take 400 mg of ibuprofen every six hours of the day and 1000 mg of paracetamol?", "Can I take 1000 mg of ibuprofen every six hours of the day and 400 mg of paracetamol?", MatchGuardReason.OrderDiffers)]
    [InlineData("Is it ok to take 500 mg of amoxicillin every morning before breakfast and 250 mg at night?", "May I take 250 mg of amoxicillin every morning before breakfast and 500 mg at night?", MatchGuardReason.OrderDiffers)]
    [InlineData("What is the difference between 3/4 and 1/2?", "What is the difference between 4/3 and 1/2?", MatchGuardReason.OrderDiffers)]
    [InlineData("Is 3/4 or 2/3 bigger?", "Is 4/3 or 2/3 bigger?", MatchGuardReason.OrderDiffers)]
    [InlineData("How many days are between 5/6/2024 and 1/7/2024?", "How many days are between 6/5/2024 and 1/7/2024?", MatchGuardReason.OrderDiffers)]
    // how often it is said
    [InlineData("How many calories are in 2 eggs, 2 slices of bread and 1 banana?", "How many calories are in 2 eggs, 1 slice of bread and 1 banana?", MatchGuardReason.NumbersDiffer)]
    [InlineData("What is 3 times 3 times 4?", "What is 3 times 4 times 4?", MatchGuardReason.NumbersDiffer)]
    [InlineData("What is the average of 10, 10 and 20?", "What is the average of 10, 20 and 20?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Is a gift of 10 000 000 euros taxed?", "Is a gift of 10 000 euros taxed?", MatchGuardReason.NumbersDiffer)]
    // who does it to whom
    [InlineData("Can my landlord enter your apartment?", "Can your landlord enter my apartment?", MatchGuardReason.OrderDiffers)]
    [InlineData("Does my insurance pay for his car?", "Does his insurance pay for my car?", MatchGuardReason.OrderDiffers)]
    [InlineData("Can my employer use my invention without his consent?", "Can my employer use his invention without my consent?", MatchGuardReason.OrderDiffers)]
    [InlineData("Can I record his call without my consent?", "Can he record my call without his consent?", MatchGuardReason.OrderDiffers)]
    [InlineData("Can I sue my neighbor for his dog biting me?", "Can my neighbor sue me for my dog biting him?", MatchGuardReason.OrderDiffers)]
    [InlineData("Does she owe him money?", "Does he owe her money?", MatchGuardReason.OrderDiffers)]
    [InlineData("continue", "go on", MatchGuardReason.ContentFree)]
    [InlineData("Как открыть счёт в банке?", "Как закрыть счёт в банке?", MatchGuardReason.LanguageUnsupported)]
    public void Check_Trap_IsRefusedWithItsReason(string cached, string asked, MatchGuardReason reason)
    {
        Assert.Equal(reason, Check(cached, asked));
        Assert.NotEqual(MatchGuardReason.None, Check(asked, cached));
    }

    [Theory]
    [InlineData("How do I reset my password?", "What are the steps to reset a password?")]
    [InlineData("How can I enable 2FA?", "How do I turn on 2FA?")]
    [InlineData("Can I wire $5,000 abroad?", "Is it possible to wire 5000 dollars abroad?")]
    [InlineData("Can I wire $5k abroad?", "Can I wire five thousand dollars abroad?")]
    [InlineData("What is KYC in banking?", "What does Know Your Customer mean in banking?")]
    [InlineData("How do I get a visa for the US?", "How do I get a visa for the United States?")]
    [InlineData("What is the log in page?", "What is the login page?")]
    [InlineData("How do I learn python quickly?", "What is the quickest way to learn Python?")]
    [InlineData("What is the difference between debit and credit cards?", "How do credit and debit cards differ?")]
    [InlineData("What changed in COVID-19 rules?", "What has changed in the covid19 rules?")]
    [InlineData("When did World War II end?", "When did World War 2 end?")]
    [InlineData("How does one close an account?", "How do I close my account?")]
    [InlineData("What is the first step to invest?", "What is the step to begin investing?")]
    [InlineData("Why can't I log in?", "Why am I unable to log in?")]
    [InlineData("What are SAR filing deadlines?", "When must SAR filings be made?")]
    [InlineData("How Do I Close My Savings Account Online?", "how do i close my savings account online?")]
    [InlineData("What does a 401k cost?", "What does a 401(k) cost?")]
    [InlineData("how to recieve international transfers", "how to receive international transfers")]
    [InlineData("On my iPhone, how do I reset my password?", "How do I reset my password on my iPhone?")]
    [InlineData("Which is better, tea or coffee?", "Which is better, coffee or tea?")]
    [InlineData("What does it cost to ship a package to Canada?", "What does shipping a package to Canada cost?")]
    [InlineData("What are the best books on python?", "What are the best python books?")]
    [InlineData("How do I move files from the server to my laptop?", "How do I move files to my laptop from the server?")]
    [InlineData("Is 1,000,000 rupees taxed?", "Is a million rupees taxed?")]
    [InlineData("Is \u20b91,00,000 taxed in full?", "Is \u20b9100000 taxed in full?")]
    [InlineData("How hard is it to learn C++?", "How hard is C++ to learn?")]
    [InlineData("Can you help me reset my password?", "Can you help me? I forgot my password and need to reset it.")]
    [InlineData("Can I take .5 mg of melatonin?", "Can I take 0.50 mg of melatonin?")]
    [InlineData("Does water freeze at -5 degrees?", "Does water freeze at \u20135 degrees?")]
    [InlineData("Can my landlord enter my apartment?", "Can a landlord enter my apartment?")]
    [InlineData("Do I need a visa for Spain \u2013 and how long may I stay?", "Do I need a visa for Spain, and how long may I stay?")]
    public void Check_Paraphrase_IsLeftToTheScore(string cached, string asked)
    {
        Assert.Equal(MatchGuardReason.None, Check(cached, asked));
        Assert.Equal(MatchGuardReason.None, Check(asked, cached));
    }

    [Fact]
    public void Check_AnyTexts_NeverThrowsAndIsSymmetricInItsVerdict()
    {
        var word = Gen.OneOf(
            "how", "do", "I", "turn", "on", "off", "the", "5", "$5", "5%", "five", "US", "us", "in", "India", "2024", "not", "account", "C++",
            "\"x\"", "don't", "401k", "Q3", "a million", "-3", "1.2.3", "U.S.", "e\u0301", "\ud83d", "…");
        Gen.Select(word.Array[0, 9], word.Array[0, 9]).Sample((a, b) =>
        {
            var (x, y) = (QuestionProfile.Read(string.Join(' ', a)), QuestionProfile.Read(string.Join(' ', b)));
            var forward = PairComparison.Of(x, y);
            var backward = PairComparison.Of(y, x);
            Assert.Equal(forward.Guard == MatchGuardReason.None, backward.Guard == MatchGuardReason.None);
            Assert.Equal(forward.NumbersEqual, backward.NumbersEqual);
            Assert.InRange(forward.EntityOverlap, 0, 1);
            Assert.InRange(forward.ContentOverlap, 0, 1);
            Assert.InRange(forward.LengthRatio, double.Epsilon, 1);
        });
        Gen.Select(Gen.String, Gen.String).Sample((a, b) => PairComparison.Of(QuestionProfile.Read(a), QuestionProfile.Read(b)));
    }

    [Theory]
    [InlineData("How far is it from home to work and from work to home?")]
    [InlineData("Did 2024 2024 Barclays 2024 2024 cost more money?")]
    public void Check_BothOrdersInOneQuestion_IsItself(string text) =>
        Assert.Equal(MatchGuardReason.None, Check(text, text));

    [Fact]
    public void Check_AnyQuestionWithItself_OnlyThinTextOrLanguageForbids()
    {
        var word = Gen.OneOf("how", "do", "I", "turn", "on", "off", "5", "$5", "US", "us", "India", "2024", "not", "account", "C++", "Barclays", "first", "million");
        word.Array[1, 10].Select(w => string.Join(' ', w)).Sample(text =>
            Assert.Contains(Check(text, text), new[] { MatchGuardReason.None, MatchGuardReason.ContentFree }));
    }

    [Fact]
    public void MatchGuardReason_Names_AreThePublicContract() =>
        Assert.Equal(
            [
                "None", "ContentFree", "LanguageUnsupported", "HiddenCharacters", "CaseDiffers", "NumbersDiffer", "UnitsDiffer", "OppositesDiffer",
                "NegationDiffers", "EntitiesDiffer", "WordDiffers", "OrderDiffers", "SymbolsDiffer", "PairTooLong",
            ],
            Enum.GetNames<MatchGuardReason>());

    private static MatchGuardReason Check(string cached, string asked) =>
        MatchGuard.Check(QuestionProfile.Read(cached), QuestionProfile.Read(asked));
}
