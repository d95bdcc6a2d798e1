using Microsoft.Extensions.DependencyInjection;
using OrleansLlm.Core;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Inference;
using OrleansLlm.Grains.Placement;

namespace OrleansLlm.Cluster.Tests.Placement;

/// <summary>The verifier as it ships, at home and in another silo.</summary>
public sealed class CandidateVerifierTests
{
    private static readonly string[] s_candidates =
        ["How do I change my password?", "How do I change my security code?", "How do I open a savings account?", "How do I change my home address?"];

    private static readonly string[] s_questions =
        ["How can I change my password?", "What must I do to change my home address?", "Who may open a savings account?", "When does the branch close on Fridays?"];

    [Fact]
    public async Task VerifyQuestion_AtHome_IsWhatTheVerifierSays()
    {
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var cluster = await MixedCluster.StartAsync(1, (models, []));
        var verifier = cluster.With(models).ServiceProvider.GetRequiredService<CandidateVerifier>();
        foreach (var question in s_questions)
        {
            // Then two are remembered and two are not.
            await verifier.VerifyQuestionAsync("alpha", question, [s_candidates[2], s_candidates[0]], Deadline.Never);
            await AgreesAsync(verifier, question);
        }
    }

    [Fact]
    public async Task VerifyQuestion_QueueTooShortForAllCandidates_AsksAboutNone()
    {
        await using var models = MixedCluster.EngineOf(MixedCluster.Models, queueCapacity: 3);
        await using var cluster = await MixedCluster.StartAsync(1, (models, []));
        var verifier = cluster.With(models).ServiceProvider.GetRequiredService<CandidateVerifier>();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(WorkerOutcome.Overloaded, (await verifier.VerifyAsync(s_questions[0], s_candidates[..2], Deadline.Never)).Outcome);
            Assert.Equal(0, models.Verifier.QueueDepth);
        }

        Assert.Equal(WorkerOutcome.Completed, (await verifier.VerifyAsync(s_questions[0], s_candidates[..1], Deadline.Never)).Outcome);
    }

    [Fact]
    public async Task VerifyQuestion_InASiloWithAnAccelerator_IsTheSameAndRememberedForTheTenantAlone()
    {
        await using var none = MixedCluster.EngineWithoutFiles();
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var cluster = await MixedCluster.StartAsync(2, (none, []), (models, [AcceleratorPlacement.Verifier, AcceleratorPlacement.Embedder]));
        var services = cluster.With(none).ServiceProvider;
        var (verifier, embedder) = (services.GetRequiredService<CandidateVerifier>(), services.GetRequiredService<TextEmbedder>());
        await BecomesAsync(WorkerOutcome.Completed, async () => (await embedder.EmbedQuestionAsync("alpha", s_questions[0], Deadline.Never)).Outcome);
        await AgreesAsync(verifier, s_questions[0]);
        // Longer than what is matched by meaning: a long turn that is routed would keep megabytes.
        var routed = new string('x', ContextDetector.LongestQuestion + 1);
        Assert.Equal(WorkerOutcome.Completed, (await embedder.EmbedQuestionAsync("alpha", routed, Deadline.Never)).Outcome);

        await cluster.StopSiloAsync(cluster.With(models), TestContext.Current.CancellationToken);

        // Of what the other silo said.
        await BecomesAsync(WorkerOutcome.Unavailable, async () => (await verifier.VerifyAsync("a", ["b"], Deadline.Never)).Outcome);
        Assert.Equal(WorkerOutcome.Completed, (await AskAsync(verifier, "alpha", s_questions[0])).Outcome);
        Assert.Equal(WorkerOutcome.Completed, (await embedder.EmbedQuestionAsync("alpha", s_questions[0], Deadline.Never)).Outcome);
        Assert.Equal(WorkerOutcome.Unavailable, (await embedder.EmbedQuestionAsync("alpha", routed, Deadline.Never)).Outcome);
        Assert.Equal(WorkerOutcome.Unavailable, (await AskAsync(verifier, "beta", s_questions[0])).Outcome);
        Assert.Equal(WorkerOutcome.Unavailable, (await embedder.EmbedQuestionAsync("beta", s_questions[0], Deadline.Never)).Outcome);
        Assert.Equal(WorkerOutcome.Unavailable, (await AskAsync(verifier, "alpha", s_questions[1])).Outcome);
    }

    // Asked twice, since the second time it is remembered.
    private static async Task AgreesAsync(CandidateVerifier verifier, string question)
    {
        var all = await verifier.VerifyAsync(question, s_candidates, Deadline.Never);
        Assert.Equal(WorkerOutcome.Completed, all.Outcome);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var found = await AskAsync(verifier, "alpha", question);
            Assert.Equal(WorkerOutcome.Completed, found.Outcome);
            Assert.Equal(all.Logits, found.Logits);
        }
    }

    private static ValueTask<VerificationResult> AskAsync(CandidateVerifier verifier, string tenant, string question) =>
        verifier.VerifyQuestionAsync(tenant, question, s_candidates, Deadline.Never);

    // A silo's metadata are heard of some moments after it has joined.
    private static async Task BecomesAsync(WorkerOutcome expected, Func<Task<WorkerOutcome>> ask)
    {
        for (var attempt = 0; await ask() != expected; attempt++)
        {
            Assert.True(attempt < 100, "the accelerator is not asked");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
