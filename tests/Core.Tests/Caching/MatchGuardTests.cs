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
    [InlineData("How can I look younger?", "How can I look older?", MatchGuardReason.OppositesDiffer)]
    [InlineData("Does aspirin thin the blood?", "Does aspirin thicken the blood?", MatchGuardReason.OppositesDiffer)]
    [InlineData("Which of the two plans is cheaper?", "Which of the two plans is more expensive?", MatchGuardReason.OppositesDiffer)]
    [InlineData("Who was the youngest president?", "Who was the oldest president?", MatchGuardReason.OppositesDiffer)]
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
    [InlineData("What does \"The\" mean in a title?", "What does \"the\" mean in a title?", MatchGuardReason.CaseDiffers)]
    [InlineData("What does I stand for in physics?", "What does i stand for in physics?", MatchGuardReason.CaseDiffers)]
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
    [InlineData("How do I install Python 3.1?", "How do I install Python 3.10?", MatchGuardReason.NumbersDiffer)]
    [InlineData("What was invented in the eighteenth century?", "What was invented in the nineteenth century?", MatchGuardReason.NumbersDiffer)]
    // bounds of a number
    [InlineData("Can I withdraw up to 500 dollars per day?", "Can I withdraw at least 500 dollars per day?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Are exactly 3 doses needed?", "Are at least 3 doses needed?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Are roughly 3 doses needed?", "Are exactly 3 doses needed?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Can I return shoes within 14 days?", "Can I return shoes after 14 days?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Do children from 12 need a ticket?", "Do children until 12 need a ticket?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Which rules applied until 2019?", "Which rules applied since 2019?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Do I need more than 20 employees to qualify?", "Do I need no more than 20 employees to qualify?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Do firms with 50 employees or more qualify?", "Do firms with 50 employees or fewer qualify?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Which months have 28 days at least?", "Which months have 28 days only?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Can you reheat rice once?", "Can you reheat rice twice?", MatchGuardReason.NumbersDiffer)]
    // how many of them
    [InlineData("Do all employees get overtime pay?", "Do some employees get overtime pay?", MatchGuardReason.WordDiffers)]
    [InlineData("Do most banks charge overdraft fees?", "Do all banks charge overdraft fees?", MatchGuardReason.WordDiffers)]
    [InlineData("Do few people recover from rabies?", "Do many people recover from rabies?", MatchGuardReason.WordDiffers)]
    [InlineData("Are there few risks with this surgery?", "Are there a few risks with this surgery?", MatchGuardReason.WordDiffers)]
    [InlineData("Which fish have little mercury?", "Which fish have a little mercury?", MatchGuardReason.WordDiffers)]
    // must, may and should; then, now and some day
    [InlineData("Which vaccines must my child have for school?", "Which vaccines should my child have for school?", MatchGuardReason.WordDiffers)]
    [InlineData("Which vaccines could my child have for school?", "Which vaccines must my child have for school?", MatchGuardReason.WordDiffers)]
    [InlineData("Is a tenant allowed to sublet?", "Is a tenant required to sublet?", MatchGuardReason.WordDiffers)]
    [InlineData("Can a landlord enter without notice?", "Should a landlord enter without notice?", MatchGuardReason.WordDiffers)]
    [InlineData("How much did a house cost in Boston?", "How much does a house cost in Boston?", MatchGuardReason.WordDiffers)]
    [InlineData("What did Apple announce at the show?", "What will Apple announce at the show?", MatchGuardReason.WordDiffers)]
    // words that look alike and mean different things
    [InlineData("What are the side effects of prednisone?", "What are the side effects of prednisolone?", MatchGuardReason.WordDiffers)]
    [InlineData("What is the usual dose of chlorpromazine for adults?", "What is the usual dose of chlorpropamide for adults?", MatchGuardReason.WordDiffers)]
    [InlineData("Is quinine safe during pregnancy?", "Is quinidine safe during pregnancy?", MatchGuardReason.WordDiffers)]
    [InlineData("What does a\u00f1o mean in Spanish?", "What does ano mean in Spanish?", MatchGuardReason.WordDiffers)]
    [InlineData("What does sch\u00f6n mean in German?", "What does schon mean in German?", MatchGuardReason.WordDiffers)]
    [InlineData("What is the difference between a cat and a dog?", "What is the similarity between a cat and a dog?", MatchGuardReason.OppositesDiffer)]
    // who acts and on whom, told by order alone
    [InlineData("Who sued Apple over patents?", "Who did Apple sue over patents?", MatchGuardReason.OrderDiffers)]
    [InlineData("Who can a bank sue?", "Who can sue a bank?", MatchGuardReason.OrderDiffers)]
    [InlineData("Which functions call malloc in libc?", "Which functions does malloc call in libc?", MatchGuardReason.OrderDiffers)]
    [InlineData("Who wrote to Einstein about the bomb?", "Who did Einstein write to about the bomb?", MatchGuardReason.OrderDiffers)]
    [InlineData("Can my employer sue me for damages?", "Can I sue my employer for damages?", MatchGuardReason.OrderDiffers)]
    [InlineData("Can my bank close my account?", "Can I close my bank account?", MatchGuardReason.OrderDiffers)]
    [InlineData("How do I pay my roommate back?", "How does my roommate pay me back?", MatchGuardReason.OrderDiffers)]
    [InlineData("Is my landlord liable for my dog?", "Am I liable for my landlord's dog?", MatchGuardReason.OrderDiffers)]
    [InlineData("Are all roses flowers in botany?", "Are all flowers roses in botany?", MatchGuardReason.OrderDiffers)]
    [InlineData("How do I transfer money out of PayPal into my bank?", "How do I transfer money out of my bank into PayPal?", MatchGuardReason.OrderDiffers)]
    [InlineData("Do I pay tax at home for work abroad?", "Do I pay tax abroad for work at home?", MatchGuardReason.OrderDiffers)]
    [InlineData("Can I work in Germany for a US company?", "Can I work in the US for a German company?", MatchGuardReason.OrderDiffers)]
    [InlineData("what does f(x, y) return when x is zero", "what does f(y, x) return when x is zero", MatchGuardReason.OrderDiffers)]
    [InlineData("How many grams of sugar per litre of cola?", "How many litres of cola per gram of sugar?", MatchGuardReason.OrderDiffers)]
    [InlineData("Do I take the red pill at night and the blue pill at noon?", "Do I take the blue pill at night and the red pill at noon?", MatchGuardReason.OrderDiffers)]
    [InlineData("Do I connect red to plus and black to minus?", "Do I connect black to plus and red to minus?", MatchGuardReason.OrderDiffers)]
    [InlineData("Does insurance cover damage I caused?", "Does insurance cover damage caused to me?", MatchGuardReason.OrderDiffers)]
    // options, escapes and operators
    [InlineData("What does the -i flag of sed do?", "What does the -I flag of sed do?", MatchGuardReason.CaseDiffers)]
    [InlineData("What does \\w match in a regex?", "What does \\W match in a regex?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What does %m print in strftime?", "What does %M print in strftime?", MatchGuardReason.SymbolsDiffer)]
    [InlineData("what does ssh -A do", "what does ssh -a do", MatchGuardReason.SymbolsDiffer)]
    [InlineData("What does a / b give in Python?", "What does a // b give in Python?", MatchGuardReason.SymbolsDiffer)]
    // the case of a unit
    [InlineData("How long does 5 Gb take to download?", "How long does 5 GB take to download?", MatchGuardReason.UnitsDiffer)]
    [InlineData("Is 5 mW a strong laser?", "Is 5 MW a strong laser?", MatchGuardReason.UnitsDiffer)]
    [InlineData("How big is 1 MiB in bytes?", "How big is 1 MB in bytes?", MatchGuardReason.UnitsDiffer)]
    // fractions, and how many times
    [InlineData("Is a third of the pizza enough?", "Is the third of the pizza enough?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Are two thirds of the votes enough?", "Are three quarters of the votes enough?", MatchGuardReason.NumbersDiffer)]
    [InlineData("How do I calculate a quarter of the year?", "How do I calculate the quarter of the year?", MatchGuardReason.NumbersDiffer)]
    [InlineData("How do I double my savings?", "How do I triple my savings?", MatchGuardReason.OppositesDiffer)]
    // how long, and when
    [InlineData("Should I notify my landlord in 30 days?", "Should I notify my landlord for 30 days?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Can I stay within 30 days of entry?", "Can I stay for 30 days of entry?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Was the law changed in 2016?", "Was the law changed before 2016?", MatchGuardReason.NumbersDiffer)]
    [InlineData("Is the invoice due in January 2024?", "Is the invoice due by January 2024?", MatchGuardReason.WordDiffers)]
    [InlineData("Can I fly during pregnancy?", "Can I fly after pregnancy?", MatchGuardReason.WordDiffers)]
    [InlineData("Can I travel while my case is pending?", "Can I travel once my case is pending?", MatchGuardReason.WordDiffers)]
    [InlineData("Should I take vitamin B12 for a week?", "Should I take vitamin B12 in a week?", MatchGuardReason.WordDiffers)]
    // what a preposition ties
    [InlineData("Should the deposit be returned to me?", "Should the deposit be returned by me?", MatchGuardReason.WordDiffers)]
    [InlineData("How many people die from the flu each year?", "How many people die with the flu each year?", MatchGuardReason.WordDiffers)]
    [InlineData("How many people die of the flu each year?", "How many people die with the flu each year?", MatchGuardReason.WordDiffers)]
    [InlineData("Can I deduct interest paid to my brother?", "Can I deduct interest paid by my brother?", MatchGuardReason.WordDiffers)]
    [InlineData("What are some books about Churchill?", "What are some books by Churchill?", MatchGuardReason.WordDiffers)]
    [InlineData("Is it safe to walk through the park?", "Is it safe to walk around the park?", MatchGuardReason.WordDiffers)]
    // one place, and function words in it
    [InlineData("How do I give up smoking?", "How do I take up smoking?", MatchGuardReason.WordDiffers)]
    [InlineData("Do I get paid even if I am sick?", "Do I get paid only if I am sick?", MatchGuardReason.WordDiffers)]
    [InlineData("Which laptop is most reliable?", "Which laptop is more reliable?", MatchGuardReason.WordDiffers)]
    [InlineData("How do I scale up a deployment?", "How do I scale out a deployment?", MatchGuardReason.WordDiffers)]
    [InlineData("How do I file a claim?", "Where do I file a claim?", MatchGuardReason.WordDiffers)]
    // how one clause bears on another
    [InlineData("Is it legal provided that I have a permit?", "Is it legal although I have a permit?", MatchGuardReason.WordDiffers)]
    [InlineData("Should I call because I am late?", "Should I call in case I am late?", MatchGuardReason.WordDiffers)]
    [InlineData("Can I eat rice instead of bread?", "Can I eat rice as well as bread?", MatchGuardReason.WordDiffers)]
    // degrees
    [InlineData("Is gold as heavy as lead?", "Is gold heavier than lead?", MatchGuardReason.WordDiffers)]
    [InlineData("Is it too hot to run today?", "Is it hot enough to run today?", MatchGuardReason.WordDiffers)]
    [InlineData("Which bank is safer?", "Which bank is safest?", MatchGuardReason.WordDiffers)]
    [InlineData("Do rattlesnakes always rattle?", "Do rattlesnakes sometimes rattle?", MatchGuardReason.OppositesDiffer)]
    [InlineData("Is the warehouse partly automated?", "Is the warehouse fully automated?", MatchGuardReason.OppositesDiffer)]
    // who acts and who is acted upon
    [InlineData("Can a judge be sued?", "Can a judge sue?", MatchGuardReason.OrderDiffers)]
    [InlineData("Can my dog be bitten by a snake?", "Can my dog bite a snake?", MatchGuardReason.OrderDiffers)]
    [InlineData("Does a witness have to pay?", "Does a witness have to be paid?", MatchGuardReason.OrderDiffers)]
    [InlineData("Who was hired by Google in 2020?", "Who hired Google in 2020?", MatchGuardReason.OrderDiffers)]
    [InlineData("I used to take aspirin, is that dangerous?", "I am used to taking aspirin, is that dangerous?", MatchGuardReason.OrderDiffers)]
    [InlineData("Can the bank charge me for damage I caused?", "Can the bank charge me for damage caused to me?", MatchGuardReason.OrderDiffers)]
    [InlineData("My dog bit a neighbour, what now?", "A neighbour's dog bit me, what now?", MatchGuardReason.OrderDiffers)]
    [InlineData("Can I see who viewed my profile?", "Can I see whose profile I viewed?", MatchGuardReason.OrderDiffers)]
    [InlineData("How can I tell if I have been hacked?", "How can I tell if I have hacked?", MatchGuardReason.OrderDiffers)]
    [InlineData("Should children be allowed to be hit?", "Should children be allowed to hit?", MatchGuardReason.OrderDiffers)]
    [InlineData("What do I do if my phone is stolen?", "What do I do if I stole a phone?", MatchGuardReason.OrderDiffers)]
    [InlineData("Is a friend of my landlord allowed to enter my flat?", "Is my landlord allowed to enter a friend of my flat?", MatchGuardReason.OrderDiffers)]
    [InlineData("How do I tell my parents I failed?", "How do I tell my parents they failed?", MatchGuardReason.WordDiffers)]
    [InlineData("Am I paid if a holiday falls on my day off?", "Am I paid if my day off falls on a holiday?", MatchGuardReason.OrderDiffers)]
    [InlineData("How do I stop my neighbour's tree growing over my fence?", "How do I stop my tree growing over my neighbour's fence?", MatchGuardReason.OrderDiffers)]
    // which of them, and what alone
    [InlineData("Do I owe tax on both houses?", "Do I owe tax on either house?", MatchGuardReason.WordDiffers)]
    [InlineData("Is rent due every other month?", "Is rent due every month?", MatchGuardReason.WordDiffers)]
    [InlineData("Can anybody see my posts?", "Can everybody see my posts?", MatchGuardReason.WordDiffers)]
    [InlineData("Do I need a passport and a visa for Bali?", "Do I need a passport or a visa for Bali?", MatchGuardReason.WordDiffers)]
    [InlineData("Can I drive if I wear glasses?", "Can I drive only if I wear glasses?", MatchGuardReason.WordDiffers)]
    [InlineData("Are users allowed to install only signed apps?", "Are only users allowed to install signed apps?", MatchGuardReason.WordDiffers)]
    [InlineData("Can only a vet prescribe antibiotics for a rabbit?", "Can a vet prescribe only antibiotics for a rabbit?", MatchGuardReason.WordDiffers)]
    [InlineData("How do I make sure only I can open the PDF?", "How do I make sure I can only open the PDF?", MatchGuardReason.WordDiffers)]
    [InlineData("Can we transfer personal data only if the client consents?", "Can we transfer personal data if only the client consents?", MatchGuardReason.WordDiffers)]
    [InlineData("I used to smoke; can I get life insurance?", "I smoke; can I get life insurance?", MatchGuardReason.WordDiffers)]
    [InlineData("How do I wait for one of several threads to finish?", "How do I wait for several threads to finish?", MatchGuardReason.WordDiffers)]
    [InlineData("What insurance does a boat house need?", "What insurance does a house boat need?", MatchGuardReason.OrderDiffers)]
    [InlineData("Is chocolate milk suitable for vegans?", "Is milk chocolate suitable for vegans?", MatchGuardReason.OrderDiffers)]
    [InlineData("How do I share a file with only my team?", "How do I share only a file with my team?", MatchGuardReason.WordDiffers)]
    // what makes another thing of a thing
    [InlineData("How did my grandfather emigrate?", "How did my great grandfather emigrate?", MatchGuardReason.WordDiffers)]
    [InlineData("Did she nearly finish the marathon?", "Did she finish the marathon?", MatchGuardReason.WordDiffers)]
    [InlineData("What does the former chair do?", "What does the chair do?", MatchGuardReason.WordDiffers)]
    // one root behind two prefixes
    [InlineData("Should I take prenatal vitamins?", "Should I take postnatal vitamins?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How do I immigrate to Canada?", "How do I emigrate to Canada?", MatchGuardReason.OppositesDiffer)]
    [InlineData("How do I measure upstream bandwidth?", "How do I measure downstream bandwidth?", MatchGuardReason.OppositesDiffer)]
    // names in code
    [InlineData("What does .gitignore do?", "What does .gitattributes do?", MatchGuardReason.WordDiffers)]
    [InlineData("What does getElementById do?", "What does getElementsById do?", MatchGuardReason.WordDiffers)]
    [InlineData("What does the key W do in vim?", "What does the key w do in vim?", MatchGuardReason.CaseDiffers)]
    [InlineData("What does the O key do in vim?", "What does the o key do in vim?", MatchGuardReason.CaseDiffers)]
    [InlineData("What does the vim command i do?", "What does the vim command I do?", MatchGuardReason.CaseDiffers)]
    // negation in several words
    [InlineData("What is allowed apart from alcohol?", "What is allowed including alcohol?", MatchGuardReason.NegationDiffers)]
    // languages that the models do not read
    [InlineData("Kann ich mit dem Ticket Bus fahren?", "Kann ich mit dem Ticket nicht Bus fahren?", MatchGuardReason.LanguageUnsupported)]
    [InlineData("Quels pays ont la peine de mort ?", "Quels pays n'ont pas la peine de mort ?", MatchGuardReason.LanguageUnsupported)]
    [InlineData("\u00bfQu\u00e9 alimentos tienen gluten?", "\u00bfQu\u00e9 alimentos nunca tienen gluten?", MatchGuardReason.LanguageUnsupported)]
    [InlineData("Quais alimentos cont\u00eam gl\u00faten?", "Quais alimentos n\u00e3o cont\u00eam gl\u00faten?", MatchGuardReason.LanguageUnsupported)]
    [InlineData("Hvilke hunde er tilladt i toget?", "Hvilke hunde er ikke tilladt i toget?", MatchGuardReason.LanguageUnsupported)]
    [InlineData("Makanan apa yang mengandung gluten?", "Makanan apa yang tidak mengandung gluten?", MatchGuardReason.LanguageUnsupported)]
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
    [InlineData("Is $1.50 a fair price?", "Is $1.5 a fair price?")]
    [InlineData("What are the best job consultants in Kolkata?", "What are the best job consultancies in Kolkata?")]
    [InlineData("What happens to the notes left at the wall?", "What happens to all the little notes left at the wall?")]
    [InlineData("What are books on python for beginners?", "What are books for beginners on python?")]
    [InlineData("Why is religion in schools debated?", "Why are religious schools debated?")]
    [InlineData("Can I open an account online?", "Is it possible for me to open an account online?")]
    [InlineData("How do I apply twice a year?", "How do I apply two times a year?")]
    [InlineData("What was your worst day at work?", "What is your worst day at work?")]
    [InlineData("How can improve my English speaking?", "How can I improve my English speaking?")]
    [InlineData("Which laptop I should buy for college?", "Which laptop should I buy for college?")]
    [InlineData("Where do religion and science meet?", "Where do science and religion meet?")]
    [InlineData("Is Hoffman's theory of perception true?", "Is the theory of perception by Hoffman true?")]
    [InlineData("How will the presidency affect trade?", "How will the president affect trade?")]
    [InlineData("Why do so many people hate puns?", "Why do some people hate puns?")]
    [InlineData("What are the most common disorders?", "What are some common disorders?")]
    [InlineData("What is the difference between an ideal gas and a real gas?", "What is the difference between a real gas and an ideal gas?")]
    [InlineData("How do I stop procrastinating every day?", "How do I stop my procrastination every day?")]
    [InlineData("Can I cancel within 30 days?", "Can I cancel in 30 days?")]
    [InlineData("Do I need at least 20 employees?", "Do I need 20 or more employees?")]
    [InlineData("What are some good books on chess?", "What are good books on chess?")]
    [InlineData("How can I lose weight?", "How should I lose weight?")]
    [InlineData("Do I have to register my drone?", "Must I register my drone?")]
    [InlineData("Why did the Roman Empire fall?", "What made the Roman Empire fall?")]
    [InlineData("How can I cure a cold quickly?", "How can a cold be cured quickly?")]
    [InlineData("Can I get a refund for my ticket?", "Can my ticket be refunded?")]
    [InlineData("Who is the founder of Intel?", "Who founded Intel?")]
    [InlineData("Which laptop is best for gaming?", "What is the best laptop for gaming?")]
    [InlineData("What can dogs eat?", "What are dogs able to eat?")]
    [InlineData("What languages are used besides English?", "What languages are used other than English?")]
    [InlineData("Is there a well-known hotel in Las Vegas - or two?", "Is there a well known hotel in Las Vegas, or two?")]
    [InlineData("What does la dolce vita mean in English?", "What is the meaning of la dolce vita in English?")]
    [InlineData("How do I invest in mutual funds?", "How do I make an investment in mutual funds?")]
    [InlineData("How long does 5 gb take to download?", "How long does 5 GB take to download?")]
    [InlineData("What is the difference between x and y in algebra?", "What is the difference between y and x in algebra?")]
    [InlineData("Do I need a visa for Spain \u2013 and how long may I stay?", "Do I need a visa for Spain, and how long may I stay?")]
    [InlineData("How do I divide one third of the estate?", "How do I divide a third of the estate?")]
    [InlineData("Do I get a third opinion for free?", "Is a third opinion free?")]
    [InlineData("Which is the best movie from 2016?", "Which movies are the best in 2016?")]
    [InlineData("How do I sync my contacts to my phone?", "How do I sync my contacts with my phone?")]
    [InlineData("How can I earn money from a blog?", "How can I earn money through a blog?")]
    [InlineData("Can I travel while my case is pending?", "Can I travel when my case is pending?")]
    [InlineData("Should I work even if I am ill?", "Should I work if I am ill?")]
    [InlineData("What is the best time to visit Goa?", "When is the best time to visit Goa?")]
    [InlineData("How is gold formed in nature?", "How gold is formed in nature?")]
    [InlineData("Which technologies used in robots?", "Which technologies are used in robots?")]
    [InlineData("How do I know if someone has blocked me?", "How do I know if I have been blocked by someone?")]
    [InlineData("How do you sue a judge in court?", "How can a judge be sued in court?")]
    [InlineData("How would the ban affect prices?", "What would be the effect of the ban on prices?")]
    [InlineData("Why are women good drivers?", "Why almost all women are good drivers?")]
    [InlineData("What is the best country to move to and work in?", "What is the best country to move to to work in?")]
    [InlineData("How can I build a sensor?", "How to build a sensor?")]
    [InlineData("What is the box's net weight?", "What is the net weight of the box?")]
    [InlineData("Can I only return it with a receipt?", "Can I return it only with a receipt?")]
    [InlineData("Is it used to open cans?", "Is it for opening cans?")]
    [InlineData("How do I back up data?", "How do I back data up?")]
    [InlineData("Does the card only work in Europe?", "Does the card work only in Europe?")]
    [InlineData("What are the new features of the tablet?", "What are some features of the new tablet?")]
    [InlineData("How do I fill out a tax form?", "How do I fill a tax form?")]
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
