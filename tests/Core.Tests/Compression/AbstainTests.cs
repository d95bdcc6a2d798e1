using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class AbstainTests
{
    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");
    private readonly PromptCompressor _compressor = new();

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("What is it?")]
    [InlineData("Summarize this document.")]
    [InlineData("Please explain the text above")]
    public void Prepare_QuestionThatNamesNothing_Abstains(string question) =>
        AssertUnchanged(AbstainReason.NoQuestion, question, Prompts.Handbook, CompressionSettings.Default);

    [Theory]
    [InlineData("Translate the refund rules into German.")]
    [InlineData("Please proofread this handbook")]
    [InlineData("Can you rewrite the section on refunds?")]
    [InlineData("Below is our handbook on refunds. Please translate it into German.")]
    [InlineData("What follows is our handbook. Rewrite it for children.")]
    [InlineData("I need you to translate the rules on refunds.")]
    [InlineData("Could you help me proofread the handbook?")]
    [InlineData("How would you rephrase the rules on refunds?")]
    [InlineData("When you have read about refunds, correct the mistakes.")]
    [InlineData("Übersetze die Regeln zu refunds ins Englische.")]
    [InlineData("Kannst du mir den Text über cards korrigieren?")]
    [InlineData("Peux-tu traduire les règles sur les cards ?")]
    [InlineData("Necesito que traduzcas el texto sobre cards.")]
    [InlineData("Per favore, traduci le regole sulle cards.")]
    [InlineData("Você pode traduzir as regras das cards?")]
    [InlineData("Kun je de regels over cards vertalen?")]
    [InlineData("请把 refunds 的规则翻译成中文。")]
    [InlineData("refunds の規則を日本語に翻訳してください。")]
    [InlineData("refunds 규칙을 한국어로 번역해 주세요.")]
    [InlineData("Draft a reply to this mail on refunds.")]
    [InlineData("Please write minutes of this meeting on cards.")]
    [InlineData("Could you please make a table of the fees for cards?")]
    [InlineData("Review this contract for risks to customers.")]
    [InlineData("List the deadlines for complaints.")]
    [InlineData("What are all the deadlines for refunds and complaints?")]
    [InlineData("Give me every amount on cards.")]
    [InlineData("What does each card cost?")]
    [InlineData("Tell me everything about refunds.")]
    [InlineData("How many times is the word refund used?")]
    [InlineData("Liste alle Fristen für refunds auf.")]
    [InlineData("Enumera los plazos para refunds.")]
    public void Prepare_TaskOnTheWholeText_Abstains(string question) =>
        AssertUnchanged(AbstainReason.WholeContext, question, Prompts.Handbook, CompressionSettings.Default);

    [Theory]
    [InlineData("Who may translate a letter to the ombudsman?")]
    [InlineData("I have lost my card. Which branch may translate a letter to the ombudsman?")]
    [InlineData("How long does a refund take? Write in French. List your sources.")]
    [InlineData("Write a short answer to the question: how long does a refund take")]
    [InlineData("refund to a debit card. Format as JSON. Make it short.")]
    [InlineData("Is a refund possible at all?")]
    [InlineData("What does a card cost each month?")]
    [InlineData("Are cards replaced all year?")]
    [InlineData("What does the review of a complaint cost?")]
    [InlineData("Can a draft of the complaint be sent by mail?")]
    public void Prepare_QuestionAboutAPart_DoesNotAbstain(string question) =>
        Assert.Equal(AbstainReason.None, Prepare(question, Prompts.Handbook, CompressionSettings.Default).AbstainReason);

    [Fact]
    public void Prepare_SmallContext_Abstains() =>
        AssertUnchanged(AbstainReason.TooSmall, "How long does a refund take?", "A refund takes 7 days. Cards cost 12 EUR.", CompressionSettings.Default);

    [Fact]
    public void Prepare_ContextAtTheMinimum_DoesNotAbstain()
    {
        var tokens = Counter.Count(Prompts.Handbook);
        var at = new CompressionSettings(MinimumContextTokens: tokens);
        Assert.Equal(AbstainReason.None, Prepare("How long does a refund take?", Prompts.Handbook, at).AbstainReason);
        Assert.Equal(AbstainReason.TooSmall, Prepare("How long does a refund take?", Prompts.Handbook, at with { MinimumContextTokens = tokens + 1 }).AbstainReason);
    }

    [Fact]
    public void Prepare_NoSharedWord_Abstains() =>
        AssertUnchanged(AbstainReason.Flat, "Which volcano erupted near Naples?", Prompts.Handbook, CompressionSettings.Default);

    [Fact]
    public void Prepare_StructureOnly_Abstains() => AssertUnchanged(
        AbstainReason.NothingLive,
        "What is the price of pump 7?",
        string.Join('\n', Enumerable.Range(0, 60).Select(i => $"| pump {i} | {i}.50 EUR | in stock |")),
        CompressionSettings.Default);

    [Fact]
    public void Prepare_ContextWithinTheTokenBudget_Abstains() =>
        AssertUnchanged(AbstainReason.NotWorthIt, "How long does a refund take?", Prompts.Handbook, new CompressionSettings(TokenBudget: 5000));

    [Fact]
    public void Complete_StructureAboveTheTokenBudget_Abstains() => AssertUnchanged(
        AbstainReason.StructureAboveBudget,
        "How long does a refund take?",
        Prompts.Handbook + "\n\n" + string.Join('\n', Enumerable.Range(0, 60).Select(i => $"| refund {i} | {i}.50 EUR | in stock |")),
        new CompressionSettings(TokenBudget: 400));

    [Fact]
    public void Complete_SavingBelowTheMinimum_Abstains() =>
        AssertUnchanged(AbstainReason.NotWorthIt, "How long does a refund take?", Prompts.Handbook, new CompressionSettings(KeepRate: .99));

    [Theory]
    [InlineData(0, 300, 24, null)]
    [InlineData(-.1, 300, 24, null)]
    [InlineData(1.1, 300, 24, null)]
    [InlineData(double.NaN, 300, 24, null)]
    [InlineData(.5, -1, 24, null)]
    [InlineData(.5, 300, 0, null)]
    [InlineData(.5, 300, 24, -1)]
    public void Prepare_SettingOutsideItsRange_Throws(double rate, int minimum, int saved, int? budget) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Prepare("refund?", "text", new CompressionSettings(rate, minimum, saved, budget)));

    private CompressionPlan Prepare(string question, string context, CompressionSettings settings) =>
        _compressor.Prepare(question, context, settings, Counter);

    private void AssertUnchanged(AbstainReason reason, string question, string context, CompressionSettings settings)
    {
        var result = PromptCompressor.Complete(Prepare(question, context, settings), null);
        Assert.Equal(reason, result.AbstainReason);
        Assert.False(result.Compressed);
        Assert.Same(context, result.Text);
        Assert.Empty(result.Removed);
        Assert.Equal(Counter.Count(context), result.TokensBefore);
        Assert.Equal(result.TokensBefore, result.TokensAfter);
    }
}
