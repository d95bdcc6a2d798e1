using OrleansLlm.Core.Routing;

namespace OrleansLlm.Core.Tests.Routing;

public sealed class RoutingPolicyTests
{
    private const ModelCapabilities All = ModelCapabilities.Tools | ModelCapabilities.Vision | ModelCapabilities.JsonSchema | ModelCapabilities.Reasoning;
    private static readonly ModelTier Small = new("small", 8_000, ModelCapabilities.None);
    private static readonly ModelTier Middle = new("middle", 32_000, ModelCapabilities.Tools | ModelCapabilities.JsonSchema);
    private static readonly ModelTier Large = new("large", 128_000, All);
    private static readonly ModelTier[] Ladder = [Small, Middle, Large];

    [Theory]
    [InlineData("auto", 0.95, "small", RouteReason.Simple)]
    [InlineData("auto", 0.80, "small", RouteReason.Simple)]
    [InlineData("auto", 0.7999, "large", RouteReason.NotClearlySimple)]
    [InlineData("AUTO", 0.95, "small", RouteReason.Simple)]
    [InlineData("auto:fast", 0.01, "small", RouteReason.FastAlias)]
    [InlineData("auto:best", 0.99, "large", RouteReason.BestAlias)]
    [InlineData("gpt-4o", 0.99, "gpt-4o", RouteReason.ExplicitModel)]
    [InlineData("automatic", 0.99, "automatic", RouteReason.ExplicitModel)]
    public void Decide_NameAndScore_ChooseTheTier(string requested, double probability, string model, RouteReason reason)
    {
        var decision = RoutingPolicy.Decide(Question(requested), Ladder, 0.80, probability);
        Assert.Equal(new RouteDecision(model, probability, 0.80, reason), decision);
    }

    [Theory]
    [InlineData(ModelCapabilities.Tools, 100, 0, "middle", RouteReason.ToolsRequired)]
    [InlineData(ModelCapabilities.JsonSchema, 100, 0, "middle", RouteReason.JsonSchemaRequired)]
    [InlineData(ModelCapabilities.Vision, 100, 0, "large", RouteReason.VisionRequired)]
    [InlineData(ModelCapabilities.Tools | ModelCapabilities.Vision, 100, 0, "large", RouteReason.ToolsRequired)]
    [InlineData(ModelCapabilities.Reasoning, 100, 0, "large", RouteReason.ReasoningRequired)]
    [InlineData(ModelCapabilities.None, 8_000, 0, "small", RouteReason.Simple)]
    [InlineData(ModelCapabilities.None, 8_001, 0, "middle", RouteReason.ContextTooLong)]
    [InlineData(ModelCapabilities.None, 7_000, 1_001, "middle", RouteReason.ContextTooLong)]
    [InlineData(ModelCapabilities.Tools, 32_001, 0, "large", RouteReason.ToolsRequired)]
    [InlineData(ModelCapabilities.None, 128_001, 0, "large", RouteReason.NoTierFits)]
    [InlineData(ModelCapabilities.None, int.MaxValue, int.MaxValue, "large", RouteReason.NoTierFits)]
    public void Decide_SimpleQuestionWithConstraint_TakesTheCheapestTierThatFits(
        ModelCapabilities needs, int promptTokens, int completionTokens, string model, RouteReason reason)
    {
        var question = Question("auto") with { Needs = needs, PromptTokens = promptTokens, MaxCompletionTokens = completionTokens };
        var decision = RoutingPolicy.Decide(question, Ladder, 0.80, 0.99);
        Assert.Equal(model, decision.Model);
        Assert.Equal(reason, decision.Reason);
    }

    /// <summary>The cheap model's provider would refuse more than it can write, however much it can read.</summary>
    [Theory]
    [InlineData(16_384, "gpt-4o-mini", RouteReason.Simple)]
    [InlineData(16_385, "gpt-4.1", RouteReason.ContextTooLong)]
    [InlineData(32_769, "gpt-4.1", RouteReason.NoTierFits)]
    public void Decide_LongerAnswerThanTheCheapModelWrites_RoutesUp(int completionTokens, string model, RouteReason reason)
    {
        ModelTier[] ladder = [new("gpt-4o-mini", 128_000, All), new("gpt-4.1", 1_000_000, All)];
        var decision = RoutingPolicy.Decide(Question("auto") with { MaxCompletionTokens = completionTokens }, ladder, 0.80, 0.99);
        Assert.Equal((model, reason), (decision.Model, decision.Reason));
    }

    [Fact]
    public void Decide_StrongestTierLacksTheCapability_TakesTheStrongestThatHasIt()
    {
        ModelTier[] tiers = [Small, Middle, new("reasoner", 128_000, ModelCapabilities.None)];
        var decision = RoutingPolicy.Decide(Question("auto") with { Needs = ModelCapabilities.Tools }, tiers, 0.80, 0.1);
        Assert.Equal("middle", decision.Model);
        Assert.Equal(RouteReason.NotClearlySimple, decision.Reason);
    }

    [Theory]
    [InlineData(RouteReason.Unavailable)]
    [InlineData(RouteReason.DeadlinePassed)]
    [InlineData(RouteReason.Overloaded)]
    [InlineData(RouteReason.LanguageUnsupported)]
    [InlineData(RouteReason.Disabled)]
    public void Decide_NoScore_FailsOpenToTheStrongestTier(RouteReason why)
    {
        var decision = RoutingPolicy.Decide(Question("auto") with { WithoutScore = why }, Ladder, 0.80, null);
        Assert.Equal(new RouteDecision("large", null, 0.80, why), decision);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1.5)]
    [InlineData(-0.1)]
    [InlineData(double.PositiveInfinity)]
    public void Decide_ScoreIsNoProbability_CountsAsNone(double probability)
    {
        var decision = RoutingPolicy.Decide(Question("auto"), Ladder, 0.80, probability);
        Assert.Equal(new RouteDecision("large", null, 0.80, RouteReason.Unavailable), decision);
    }

    [Fact]
    public void Decide_InToolLoop_StaysUpWhateverTheScore()
    {
        var decision = RoutingPolicy.Decide(Question("auto") with { InToolLoop = true }, Ladder, 0.80, 0.999);
        Assert.Equal("large", decision.Model);
        Assert.Equal(RouteReason.InToolLoop, decision.Reason);
    }

    [Theory]
    [InlineData("auto", 0.99, "large", RouteReason.HighStakes)]
    [InlineData("auto", 0.80, "large", RouteReason.HighStakes)]
    [InlineData("auto", 0.79, "large", RouteReason.NotClearlySimple)]
    [InlineData("auto", null, "large", RouteReason.Unavailable)]
    [InlineData("auto:fast", 0.99, "small", RouteReason.FastAlias)]
    [InlineData("gpt-4o", 0.99, "gpt-4o", RouteReason.ExplicitModel)]
    public void Decide_KeptUp_StaysUpWhereTheScoreWouldGoDown(string requested, double? probability, string model, RouteReason reason)
    {
        var decision = RoutingPolicy.Decide(Question(requested) with { KeptUp = RouteReason.HighStakes }, Ladder, 0.80, probability);
        Assert.Equal((model, reason, null), (decision.Model, decision.Reason, decision.Constraint));
    }

    [Fact]
    public void Decide_AliasWithoutTiers_SendsTheNameOn()
    {
        var decision = RoutingPolicy.Decide(Question("auto"), [], 0.80, 0.9);
        Assert.Equal("auto", decision.Model);
        Assert.Equal(RouteReason.NoTiers, decision.Reason);
    }

    [Fact]
    public void Decide_CheaperTierCertainAndAllowed_NeverChoosesADearerOne()
    {
        var tiers = Gen.Select(Gen.Int[1, 1_000], Gen.Int[0, 7]).Array[1, 6]
            .Select(rungs => rungs.Select((r, i) => new ModelTier($"tier{i}", r.Item1, (ModelCapabilities)r.Item2)).ToArray());
        Gen.Select(tiers, Gen.Int[0, 7], Gen.Int[0, 1_200], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((ladder, needs, tokens, threshold, p) =>
        {
            var question = Question("auto") with { Needs = (ModelCapabilities)needs, PromptTokens = tokens };
            var decision = RoutingPolicy.Decide(question, ladder, threshold, p);
            var fitting = ladder.Where(t => RoutingPolicy.Fits(question, t)).ToList();
            if (fitting.Count == 0)
                Assert.Equal(RouteReason.NoTierFits, decision.Reason);
            else if (p >= threshold)
                Assert.Equal(fitting[0].Model, decision.Model);
            else
                Assert.Equal(fitting[^1].Model, decision.Model);
        });
    }

    [Fact]
    public void RouteReason_Names_AreThePublicContract() =>
        Assert.Equal(
            [
                "ExplicitModel", "Simple", "NotClearlySimple", "FastAlias", "BestAlias", "ToolsRequired", "VisionRequired",
                "JsonSchemaRequired", "ContextTooLong", "NoTierFits", "NoTiers", "InToolLoop", "Disabled", "Unavailable",
                "Overloaded", "DeadlinePassed", "LanguageUnsupported", "Cached", "ProviderBound", "ContextWindowFallback", "ContentFilterFallback",
                "OutageFallback", "EscalatedRefusal", "EscalatedDissatisfaction", "EscalatedSchema", "Continued", "StickyConversation",
                "CachedPrefixWorthMore", "ScoreDrift", "TooManyMisroutes", "FormNotServed", "CascadeEscalated", "ReasoningRequired", "ContinuedUnknown",
                "Calculation", "HighStakes",
            ],
            Enum.GetNames<RouteReason>());

    [Theory]
    [InlineData(0.80, false, null)]
    [InlineData(1.0, false, null)]
    [InlineData(0.70, true, null)]
    [InlineData(0.79, false, "acceptLowThreshold")]
    [InlineData(1.01, true, "threshold")]
    [InlineData(-0.01, true, "threshold")]
    [InlineData(double.NaN, true, "threshold")]
    public void Validate_Threshold_BelowTheDefaultNeedsConsent(double threshold, bool accept, string? named)
    {
        var problem = new RoutingSettings(threshold, accept).Validate();
        if (named is null)
            Assert.Null(problem);
        else
            Assert.Contains(named, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_OtherLanguageAtATierThatIsNotTrustedWithIt_GoesPastIt()
    {
        ModelTier[] tiers = [Small, new("polyglot", 128_000, ModelTier.AllCapabilities)];
        var decision = RoutingPolicy.Decide(Question("auto:fast") with { Needs = ModelCapabilities.OtherLanguages }, tiers, 0.80, null);
        Assert.Equal(("polyglot", RouteReason.LanguageUnsupported), (decision.Model, decision.Reason));
        Assert.Equal(RouteReason.LanguageUnsupported, decision.Constraint);
    }

    private static RouteQuestion Question(string requested) => new() { RequestedModel = requested, PromptTokens = 100 };
}
