using OrleansLlm.Core.Caching.Risk;

namespace OrleansLlm.Core.Tests.Caching.Risk;

public sealed class RiskControllerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
    private static readonly double[] Ladder = [0.6, 0.7, 0.8, 0.95];
    private static readonly RiskSettings Loose = new(MaxErrorRate: 0.05);

    [Fact]
    public void Decision_WithoutLabels_IsThePriorOrNothing()
    {
        Assert.Equal((0.9, RiskReason.Prior), Of(Start(Loose)));
        Assert.Equal((null, RiskReason.AwaitingEvidence), Of(Start(Loose with { ServeBeforeEvidence = false })));
    }

    [Fact]
    public void Add_RightLabels_ProveThePriorThenLoosenOneRungAfterAnother()
    {
        var controller = Start(Loose);
        var seen = new List<double>();
        for (var i = 0; i < 400; i++)
        {
            controller.Add(new RiskLabel(0.97, false, null, 1, 1), Now);
            seen.Add(controller.Decision.Threshold!.Value);
        }

        Assert.Equal(0.6, controller.Decision.Threshold);
        Assert.Equal(RiskReason.Proven, controller.Decision.Reason);
        Assert.InRange(controller.UpperBound, 0, 0.05);
        Assert.Equal(0.9, seen[0]);
        Assert.Equal(seen.OrderDescending(), seen);
    }

    [Fact]
    public void Add_WrongLabelsBelowAThreshold_StopThereAndNotAbove()
    {
        var controller = Start(Loose);
        for (var i = 0; i < 600; i++)
        {
            controller.Add(new RiskLabel(0.92, false, null, 1, 1), Now);
            controller.Add(new RiskLabel(0.75, i % 3 == 0, null, 1, 1), Now);
        }

        Assert.Equal((0.8, RiskReason.Proven), Of(controller));
    }

    [Fact]
    public void Add_WrongLabels_TightenThenStopAndSaySo()
    {
        var controller = Start(Loose);
        var reasons = new List<RiskReason>();
        for (var i = 0; i < 40; i++)
            reasons.Add(controller.Add(new RiskLabel(i < 20 ? 0.92 : 0.99, i % 2 == 0, null, 1, 1), Now).Reason);

        Assert.Contains(RiskReason.Tightened, reasons);
        Assert.Equal((null, RiskReason.BoundNotMet), Of(controller));
    }

    [Fact]
    public void Add_AfterAStop_ResumesOnProofOnly()
    {
        var controller = Start(Loose);
        for (var i = 0; i < 5; i++)
            controller.Add(new RiskLabel(0.99, true, null, 1, 1), Now);
        Assert.True(controller.Decision.IsStopped);
        var right = 0;
        while (controller.Decision.IsStopped && right < 5000)
        {
            controller.Add(new RiskLabel(0.99, false, null, 1, 1), Now);
            right++;
        }

        Assert.InRange(right, 101, 1000);
        Assert.Equal(RiskReason.Proven, controller.Decision.Reason);
    }

    [Fact]
    public void Add_BudgetSpentWithoutProof_GivesThePriorUp()
    {
        // 4 % wrong: below the promise of 5 %, too near to be shown in 100 labels.
        var controller = Start(Loose with { LabelBudget = 100 });
        for (var i = 0; i < 99; i++)
            controller.Add(new RiskLabel(0.92, i % 25 == 24, null, 1, 1), Now);
        Assert.Equal((0.9, RiskReason.Prior), Of(controller));
        controller.Add(new RiskLabel(0.92, true, null, 1, 1), Now);
        Assert.NotEqual(0.9, controller.Decision.Threshold);
    }

    [Fact]
    public void AddFeedback_FewOfManyHits_ChangesNothing_ManyOfFewStop()
    {
        var controller = Start(Loose);
        Serve(controller, 1000);
        Report(controller, 20);
        controller.AddFeedback(0.99, isWrong: false, Now);
        Assert.Equal((0.9, RiskReason.Prior), Of(controller));
        Report(controller, 80);
        Assert.True(controller.Decision.IsStopped);
        Assert.Equal(100, controller.Reported);
    }

    [Fact]
    public void AddFeedback_AgainstAProof_StopsToo()
    {
        var controller = Start(Loose);
        for (var i = 0; i < 300; i++)
            controller.Add(new RiskLabel(0.99, false, null, 1, 1), Now);
        Assert.Equal((0.6, RiskReason.Proven), Of(controller));
        Serve(controller, 5);
        Report(controller, 5);
        Assert.True(controller.Decision.IsStopped);
    }

    [Fact]
    public void AddFeedback_OnLowScores_GivesUpOnlyTheThresholdsThatServedThem()
    {
        var controller = Start(Loose);
        for (var i = 0; i < 5; i++)
        {
            controller.AddServed(0.91);
            controller.AddFeedback(0.91, isWrong: true, Now);
        }

        Assert.Equal(RiskReason.Tightened, controller.Decision.Reason);
        Assert.True(controller.Decision.Threshold > 0.91);
        var resumed = RiskController.Resume(RiskState.FromUtf8Json(controller.State.ToUtf8Json()), Loose, "m", Ladder, 0.9, Now);
        Assert.Equal(controller.Decision, resumed.Decision);
        Assert.Equal(5, resumed.Reported);
    }

    private static void Serve(RiskController controller, int hits)
    {
        for (var i = 0; i < hits; i++)
            controller.AddServed(0.99);
    }

    private static void Report(RiskController controller, int wrong)
    {
        for (var i = 0; i < wrong; i++)
            controller.AddFeedback(0.99, isWrong: true, Now);
    }

    [Fact]
    public void Add_NextEpoch_KeepsTheThresholdAndAsksForProofAgain()
    {
        var controller = Start(Loose with { LabelBudget = 200 });
        for (var i = 0; i < 300; i++)
            controller.Add(new RiskLabel(0.99, false, null, 1, 1), Now);
        Assert.Equal((0.6, RiskReason.Proven), Of(controller));
        controller.Add(new RiskLabel(0.99, false, null, 1, 1), Now.AddDays(31));
        Assert.Equal((0.6, RiskReason.Prior), Of(controller));
        Assert.Equal((2, 1L), (controller.State.Epoch, controller.Decision.Labels));
    }

    [Fact]
    public void State_RoundTripAtAnyMoment_GoesOnTheSame() =>
        Gen.Select(Gens.Of(0.55, 0.72, 0.91, 0.99), Gen.Int[0, 20], Gens.Of<double?>(null, 0.8, 0.9)).Array[1, 120].Sample(
            steps =>
            {
                var whole = Start(Loose with { LabelBudget = 50 });
                var interrupted = Start(Loose with { LabelBudget = 50 });
                for (var i = 0; i < steps.Length; i++)
                {
                    var label = new RiskLabel(steps[i].Item1, steps[i].Item2 == 0, steps[i].Item3, 0.02, 0.1);
                    whole.Add(label, Now.AddDays(i));
                    interrupted.Add(label, Now.AddDays(i));
                    interrupted = RiskController.Resume(
                        RiskState.FromUtf8Json(interrupted.State.ToUtf8Json()), Loose with { LabelBudget = 50 }, "m", Ladder, 0.9, Now);
                    Assert.Equal(whole.Decision, interrupted.Decision);
                }
            },
            iter: 60);

    [Fact]
    public void Resume_OtherModelOrDamagedState_StartsAnew()
    {
        var controller = Start(Loose);
        for (var i = 0; i < 5; i++)
            controller.Add(new RiskLabel(0.99, true, null, 1, 1), Now);
        Assert.True(RiskController.Resume(controller.State, Loose, "m", Ladder, 0.9, Now).Decision.IsStopped);
        Assert.Equal((0.9, RiskReason.Prior), Of(RiskController.Resume(controller.State, Loose, "other", Ladder, 0.9, Now)));
        Assert.Null(RiskState.FromUtf8Json("{\"version\":9}"u8));
        Assert.Null(RiskState.FromUtf8Json("nonsense"u8));
    }

    // The promise itself: classes whose error rate rises as the threshold falls, hits labelled at 1 of 5 and misses at 1 of 2, the threshold
    // moved after every label. In how many of 400 does a threshold that is called proven ever have a true error rate above the promise?
    [Theory]
    [InlineData(0.05, 0.0)]
    [InlineData(0.02, 0.01)]
    public void Decision_OverSimulatedClasses_ProvesAnUnsafeThresholdInAtMostFiveOfAHundred(double promised, double floor)
    {
        const int Classes = 400;
        var broken = 0;
        var loosened = 0;
        for (var seed = 0; seed < Classes; seed++)
        {
            var random = new Random(seed);
            var controller = Start(new RiskSettings(MaxErrorRate: promised, ServeBeforeEvidence: seed % 2 == 0));
            var failed = false;
            for (var i = 0; i < 3000; i++)
            {
                // Scores uniform on [0.5, 1): the error rate of one score is floor + 0.3 (1 - score), that of all above t its mean there.
                var score = 0.5 + (0.5 * random.NextDouble());
                var wrong = random.NextDouble() < floor + (0.3 * (1 - score));
                var decision = controller.Decision;
                if (random.NextDouble() < (score >= decision.Threshold ? 0.2 : 0.5))
                    controller.Add(new RiskLabel(score, wrong, decision.Threshold, 0.2, 0.5), Now);
                if (controller.Decision is { Reason: RiskReason.Proven, Threshold: { } proven })
                {
                    loosened += proven < 0.9 ? 1 : 0;
                    failed |= floor + (0.15 * (1 - proven)) > promised;
                }
            }

            broken += failed ? 1 : 0;
        }

        Assert.InRange(broken, 0, Classes * 5 / 100);
        Assert.True(loosened > 0 || promised < 0.05);
    }

    private static RiskController Start(RiskSettings settings) => RiskController.Start(settings, "m", Ladder, 0.9, Now);

    private static (double? Threshold, RiskReason Reason) Of(RiskController controller) => (controller.Decision.Threshold, controller.Decision.Reason);
}
