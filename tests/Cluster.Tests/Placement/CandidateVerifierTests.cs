using Microsoft.Extensions.DependencyInjection;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Inference;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;

namespace OrleansLlm.Cluster.Tests.Placement;

/// <summary>The verifier as it ships, at home and in another silo.</summary>
public sealed class CandidateVerifierTests
{
    private static readonly AcceptancePolicy s_policy = AcceptancePolicySource.Load(null, MixedCluster.Models).Policy!;

    private static readonly string[] s_candidates =
        ["How do I change my password?", "How do I change my security code?", "How do I open a savings account?", "How do I change my home address?"];

    private static readonly string[] s_questions =
        ["How can I change my password?", "What must I do to change my home address?", "Who may open a savings account?", "When does the branch close on Fridays?"];

    [Fact]
    public async Task Find_AtHome_IsWhatAskingAboutAllFinds()
    {
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var cluster = await MixedCluster.StartAsync(1, (models, []));
        var verifier = cluster.With(models).ServiceProvider.GetRequiredService<CandidateVerifier>();
        foreach (var question in s_questions)
            await AgreesAsync(verifier, models, question);
    }

    [Fact]
    public async Task Find_InASiloWithAnAccelerator_IsTheSameAndRememberedForTheTenantAlone()
    {
        await using var none = MixedCluster.EngineOf("/no/models");
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        await using var cluster = await MixedCluster.StartAsync(2, (none, []), (models, [AcceleratorPlacement.Verifier, AcceleratorPlacement.Embedder]));
        var services = cluster.With(none).ServiceProvider;
        var (verifier, embedder) = (services.GetRequiredService<CandidateVerifier>(), services.GetRequiredService<TextEmbedder>());
        await BecomesAsync(WorkerOutcome.Completed, async () => (await embedder.EmbedQuestionAsync("alpha", s_questions[0], Deadline.Never)).Outcome);
        await AgreesAsync(verifier, models, s_questions[0]);

        await cluster.StopSiloAsync(cluster.With(models), TestContext.Current.CancellationToken);

        // Of what the other silo said.
        await BecomesAsync(WorkerOutcome.Unavailable, async () => (await verifier.VerifyAsync("a", ["b"], Deadline.Never)).Outcome);
        Assert.Equal(WorkerOutcome.Completed, (await FindAsync(verifier, models, "alpha", s_questions[0])).Outcome);
        Assert.Equal(WorkerOutcome.Completed, (await embedder.EmbedQuestionAsync("alpha", s_questions[0], Deadline.Never)).Outcome);
        Assert.Equal(WorkerOutcome.Unavailable, (await FindAsync(verifier, models, "beta", s_questions[0])).Outcome);
        Assert.Equal(WorkerOutcome.Unavailable, (await embedder.EmbedQuestionAsync("beta", s_questions[0], Deadline.Never)).Outcome);
        Assert.Equal(WorkerOutcome.Unavailable, (await FindAsync(verifier, models, "alpha", s_questions[1])).Outcome);
    }

    // Asked twice, since the second time it is remembered.
    private static async Task AgreesAsync(CandidateVerifier verifier, InferenceEngine engine, string question)
    {
        var all = await verifier.VerifyAsync(question, s_candidates, Deadline.Never);
        Assert.Equal(WorkerOutcome.Completed, all.Outcome);
        var probabilities = s_candidates.Select((c, i) => s_policy.Probability(PairFeatures.From(Comparison(c, question), all.Logits[i], Cosine(i)))).ToList();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var (outcome, search) = await FindAsync(verifier, engine, "alpha", question);
            Assert.Equal(WorkerOutcome.Completed, outcome);
            Assert.Equal((probabilities.IndexOf(probabilities.Max()), probabilities.Max()), search.Best);
        }
    }

    private static async Task<(WorkerOutcome Outcome, LikeliestCandidate Search)> FindAsync(CandidateVerifier verifier, InferenceEngine engine, string tenant, string question)
    {
        var search = new LikeliestCandidate(s_policy, [.. s_candidates.Select((c, i) => (Comparison(c, question), Cosine(i)))], engine.VerifierLogitBound);
        return (await verifier.FindAsync(tenant, question, s_candidates, search, Deadline.Never), search);
    }

    private static PairComparison Comparison(string candidate, string question) => PairComparison.Of(QuestionProfile.Read(candidate), QuestionProfile.Read(question));

    private static double Cosine(int candidate) => 0.95 - (0.07 * candidate);

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
