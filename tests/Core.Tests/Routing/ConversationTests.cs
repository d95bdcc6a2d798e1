using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Core.Tests.Routing;

public sealed class ConversationTests
{
    private const ModelCapabilities All = ModelTier.AllCapabilities;
    private static readonly ModelTier[] Ladder = [new("small", 8_000, ModelCapabilities.OtherLanguages), new("middle", 32_000, All), new("large", 128_000, All)];
    private static readonly RouteQuestion Auto = new() { RequestedModel = "auto", PromptTokens = 100 };

    [Fact]
    public void Apply_FirstTurn_ChangesNothing() => Assert.Equal("small", Apply(0.99, ConversationContext.None).Model);

    [Theory]
    [InlineData(false, false, true, RouteReason.EscalatedSchema)]
    [InlineData(true, false, false, RouteReason.EscalatedRefusal)]
    [InlineData(false, true, false, RouteReason.EscalatedDissatisfaction)]
    public void Apply_LastAnswerFailed_GoesToTheStrongest(bool refused, bool dissatisfied, bool brokeSchema, RouteReason reason)
    {
        var decision = Apply(0.99, After("small") with { Refused = refused, Dissatisfied = dissatisfied, Before = new ConversationTurn("small", brokeSchema) });
        Assert.Equal(("large", reason), (decision.Model, decision.Reason));
    }

    [Fact]
    public void Apply_SamePromptAfterBrokenJson_GoesToTheStrongest()
    {
        var decision = Apply(0.99, new ConversationContext { SameBefore = new ConversationTurn("small", BrokeSchema: true) });
        Assert.Equal(("large", RouteReason.EscalatedSchema), (decision.Model, decision.Reason));
    }

    [Theory]
    [InlineData("small", 0.01)]
    [InlineData("middle", 0.99)]
    [InlineData("large", 0.99)]
    public void Apply_InToolLoop_KeepsTheModelThatBeganIt(string model, double probability)
    {
        var decision = Apply(probability, After(model), Auto with { InToolLoop = true });
        Assert.Equal((model, RouteReason.InToolLoop), (decision.Model, decision.Reason));
    }

    [Fact]
    public void Apply_InToolLoopOfAnUnknownConversation_IsTheStrongest() =>
        Assert.Equal("large", Apply(0.99, new ConversationContext { HasHistory = true }, Auto with { InToolLoop = true }).Model);

    [Fact]
    public void Apply_InToolLoopWhoseModelNoLongerFits_IsTheStrongest() =>
        Assert.Equal("large", Apply(0.99, After("small"), Auto with { InToolLoop = true, PromptTokens = 9_000 }).Model);

    [Theory]
    [InlineData("small", 0.01)]
    [InlineData("large", 0.99)]
    public void Apply_Continuation_KeepsTheModel(string model, double probability)
    {
        var decision = Apply(probability, After(model) with { IsContinuation = true });
        Assert.Equal((model, RouteReason.Continued), (decision.Model, decision.Reason));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no tier's")]
    public void Apply_ContinuationOfAnUnknownConversation_IsTheStrongest(string? model)
    {
        var context = new ConversationContext { HasHistory = true, IsContinuation = true, Before = model is null ? null : new ConversationTurn(model, false) };
        Assert.Equal(("large", RouteReason.ContinuedUnknown), Pair(Apply(0.99, context)));
    }

    [Fact]
    public void Apply_ContinuationThatItsModelCannotHold_IsTheStrongest() =>
        Assert.Equal(("large", RouteReason.ContinuedUnknown), Pair(Apply(0.99, After("small") with { IsContinuation = true }, Auto with { PromptTokens = 9_000 })));

    /// <summary>"17% of 2,340" is short, and says how hard it is.</summary>
    [Theory]
    [InlineData(0.99, RouteReason.Calculation)]
    [InlineData(0.2, RouteReason.NotClearlySimple)]
    public void Apply_ContinuationThatIsKeptUp_IsTheStrongest(double probability, RouteReason reason) =>
        Assert.Equal(("large", reason), Pair(Apply(probability, After("small") with { IsContinuation = true }, Auto with { KeptUp = RouteReason.Calculation })));

    [Fact]
    public void Apply_HarderTurn_GoesUp() => Assert.Equal(("large", RouteReason.NotClearlySimple), Pair(Apply(0.2, After("small"))));

    [Fact]
    public void Apply_SimpleTurnAtADearTier_StaysThere() => Assert.Equal(("large", RouteReason.StickyConversation), Pair(Apply(0.99, After("large"))));

    [Theory]
    [InlineData(true, "large", RouteReason.CachedPrefixWorthMore)]
    [InlineData(false, "small", RouteReason.Simple)]
    public void Apply_MayGoDown_DoesSoWhereThePrefixIsWorthLess(bool worthMore, string model, RouteReason reason)
    {
        var decision = Decide(0.99, Auto);
        Assert.Equal((model, reason), Pair(ConversationPolicy.Apply(decision, Auto, After("large"), Ladder, mayGoDown: true, (_, _) => worthMore)));
    }

    [Fact]
    public void Apply_OtherAliasesAndModels_AreLeftAlone()
    {
        foreach (var model in new[] { "auto:fast", "auto:best", "gpt-4o" })
        {
            var question = Auto with { RequestedModel = model };
            var decision = Decide(0.5, question);
            Assert.Same(decision, ConversationPolicy.Apply(decision, question, After("middle") with { Refused = true }, Ladder, false, (_, _) => true));
        }
    }

    [Fact]
    public void IsWorthMore_LongCachedPrefix_StaysWhereTheDiscountIsGreaterThanTheSaving()
    {
        var strong = new ModelPrice { Model = "large", Input = 1m, CachedInput = 0.1m, Output = 2m };
        var cheap = new ModelPrice { Model = "small", Input = 0.5m, Output = 1m };
        // By hand, per million: 9,000 x 0.1 + 1,000 x 1 + 100 x 2 = 2,100 against 10,000 x 0.5 + 100 x 1 = 5,100.
        Assert.True(CachedPrefix.IsWorthMore(strong, cheap, 10_000, 9_000, 100));
        Assert.False(CachedPrefix.IsWorthMore(strong, cheap, 1_000, 900, 100));
    }

    [Fact]
    public void Keys_NextTurn_FindsTheOneBefore()
    {
        ChatMessage[] first = [Message("system", "be brief"), Message("user", "hello")];
        ChatMessage[] second = [.. first, Message("assistant", "hi"), Message("user", "and now?")];
        ChatMessage[] tool = [.. second, new("assistant", [], false, true), Message("tool", "42")];
        var (a, b, c) = (ConversationKeys.Of(first), ConversationKeys.Of(second), ConversationKeys.Of(tool));
        Assert.Null(a.Before);
        Assert.Equal(a.Prompt, b.Before);
        Assert.Equal(b.Prompt, c.Before);
        Assert.Equal(a.Root, c.Root);
        Assert.NotEqual(a.Prompt, ConversationKeys.Of([Message("system", "be brief"), Message("user", "hello there")]).Prompt);
    }

    [Fact]
    public void Memory_FullOrOld_Forgets()
    {
        var time = new FakeTimeProvider();
        var memory = new ConversationMemory(2, TimeSpan.FromHours(1), time);
        memory.Remember("a", new("small", false));
        memory.Remember("b", new("large", true));
        Assert.Equal("small", memory.Find("a")!.Value.Model);
        memory.Remember("c", new("large", false));
        Assert.Null(memory.Find("b"));
        Assert.Equal(2, memory.Count);
        time.Advance(TimeSpan.FromMinutes(61));
        Assert.Null(memory.Find("a"));
        Assert.Null(memory.Find("c"));
        Assert.Equal(0, memory.Count);
    }

    [Theory]
    [InlineData("I'm sorry, but I can't help with that.", true)]
    [InlineData("As an AI, I have no opinion.", true)]
    [InlineData("I don't know the answer to this.", true)]
    [InlineData("I am unable to browse the web.", true)]
    [InlineData("Paris is the capital of France.", false)]
    [InlineData("You can't divide by zero.", false)]
    public void Refuses_Answers_AreTold(string answer, bool expected) => Assert.Equal(expected, AnswerSigns.Refuses(answer));

    [Theory]
    [InlineData("No, that's wrong.", true)]
    [InlineData("that is not what I asked", true)]
    [InlineData("try again please", true)]
    [InlineData("It still doesn't work", true)]
    [InlineData("Are you sure?", true)]
    [InlineData("no problem, thanks", false)]
    [InlineData("What is the capital of Norway?", false)]
    [InlineData("Thanks! Now list the rivers.", false)]
    public void IsDissatisfied_Turns_AreTold(string turn, bool expected) => Assert.Equal(expected, AnswerSigns.IsDissatisfied(turn));

    [Theory]
    [InlineData("commit it", true)]
    [InlineData("yes", true)]
    [InlineData("go on, please", true)]
    [InlineData("why?", false)]
    [InlineData("", false)]
    [InlineData("prove Fermat's last theorem", false)]
    public void IsContinuation_Turns_AreTold(string turn, bool expected) => Assert.Equal(expected, AnswerSigns.IsContinuation(turn));

    [Theory]
    [InlineData("What is the capital of France?", QuestionClass.Lookup)]
    [InlineData("Is Pluto a planet?", QuestionClass.Boolean)]
    [InlineData("When did the war end?", QuestionClass.Date)]
    [InlineData("Classify this review as good or bad: it broke", QuestionClass.Classification)]
    [InlineData("Extract the names from this mail: Ann met Bob.", QuestionClass.Extraction)]
    [InlineData("Rewrite this sentence in plain words: the aforementioned", QuestionClass.Rewrite)]
    [InlineData("Who was he? Where did he live?", QuestionClass.MultiPart)]
    [InlineData("Explain the causes of the French revolution", QuestionClass.Reasoning)]
    [InlineData("Write a Python function that sorts a list", QuestionClass.Code)]
    [InlineData("What is 12 * 7?", QuestionClass.Math)]
    [InlineData("", QuestionClass.Other)]
    public void Of_Questions_AreClassified(string question, QuestionClass expected) => Assert.Equal(expected, QuestionClassifier.Of(question));

    [Theory]
    [InlineData("What is the capital of France?", true)]
    [InlineData("hello", true)]
    [InlineData("Define résumé and naïve for me", true)]
    [InlineData("Who wrote Les Misérables?", true)]
    [InlineData("When was Charles de Gaulle born?", true)]
    [InlineData("Wat is de hoofdstad van Frankrijk?", false)]
    [InlineData("Capital de Francia", false)]
    [InlineData("Qual a capital da França?", false)]
    [InlineData("Jaka jest stolica Francji?", false)]
    [InlineData("Fransa'nin baskenti neresi?", false)]
    [InlineData("Apa ibu kota Prancis?", false)]
    [InlineData("Vad heter Frankrikes huvudstad?", false)]
    [InlineData("¿Cuál es la capital de los Estados Unidos?", false)]
    [InlineData("Wie ist das Wetter und was machen die Kinder?", false)]
    [InlineData("Quelle est la capitale de la France ?", false)]
    [InlineData("日本の首都はどこですか", false)]
    [InlineData("Какая столица России?", false)]
    public void IsLikely_Languages_AreTold(string text, bool expected) => Assert.Equal(expected, EnglishText.IsLikely(text));

    private static ConversationContext After(string model) => new() { HasHistory = true, Before = new ConversationTurn(model, BrokeSchema: false) };

    private static RouteDecision Apply(double probability, ConversationContext context, RouteQuestion? question = null) =>
        ConversationPolicy.Apply(Decide(probability, question ?? Auto), question ?? Auto, context, Ladder, mayGoDown: false, (_, _) => false);

    private static RouteDecision Decide(double probability, RouteQuestion question) => RoutingPolicy.Decide(question, Ladder, 0.80, probability);

    private static (string Model, RouteReason Reason) Pair(RouteDecision decision) => (decision.Model, decision.Reason);

    private static ChatMessage Message(string role, string text) => new(role, [new TextPart(default, text)], false, false);
}
