using OrleansLlm.Core;

namespace OrleansLlm.Grains.Abstractions.Inference;

/// <summary>Why a worker gave no result; mirrors the lanes' outcomes on the wire.</summary>
public enum WorkerOutcome
{
    Completed,
    Overloaded,
    DeadlinePassed,
    Unavailable,
    Faulted,
}

/// <summary>Embeds texts. A stateless worker: an admission gate in front of the local inference lane.</summary>
[Alias("orleansllm.inference.embedding.v1")]
public interface IEmbeddingWorker : IGrainWithIntegerKey
{
    /// <summary>The unit vector of <paramref name="text"/> as little-endian float32.</summary>
    [Alias("embed")]
    ValueTask<EmbeddingResult> EmbedAsync(string text, long deadlineUtcTicks);
}

/// <summary>Judges whether one answer serves two questions.</summary>
[Alias("orleansllm.inference.verifier.v1")]
public interface IPairVerifierWorker : IGrainWithIntegerKey
{
    /// <summary>The verifier's logit for each candidate, the mean of both orders.</summary>
    [Alias("verify")]
    ValueTask<VerificationResult> VerifyAsync(string question, string[] candidates, long deadlineUtcTicks);
}

/// <summary>Classifies how hard a question is.</summary>
[Alias("orleansllm.inference.router.v1")]
public interface IRouterWorker : IGrainWithIntegerKey
{
    /// <summary>The router head over the question's embedding and surface features.</summary>
    [Alias("score")]
    ValueTask<RouterResult> ScoreAsync(byte[] embedding, byte[] features, long deadlineUtcTicks);

    /// <summary>A router that reads the text itself.</summary>
    [Alias("score-text")]
    ValueTask<RouterResult> ScoreTextAsync(string text, long deadlineUtcTicks);
}

/// <summary>Scores sentences against a question.</summary>
[Alias("orleansllm.inference.compressor.v1")]
public interface ICompressorWorker : IGrainWithIntegerKey
{
    /// <summary>One keep logit per sentence.</summary>
    [Alias("score")]
    ValueTask<CompressorResult> ScoreAsync(string question, string[] sentences, long deadlineUtcTicks);

    /// <summary>A keep logit for each token of each sentence, by the token classifier.</summary>
    [Alias("classify")]
    ValueTask<TokenClassifierResult> ClassifyAsync(string[] sentences, long deadlineUtcTicks);
}

/// <param name="Outcome">Whether there is a vector.</param>
/// <param name="Embedding">Little-endian float32; empty unless completed.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.inference.embedding.result.v1")]
public readonly record struct EmbeddingResult([property: Id(0)] WorkerOutcome Outcome, [property: Id(1)] byte[] Embedding);

/// <param name="Outcome">Whether there are logits.</param>
/// <param name="Logits">One per candidate, in order; empty unless completed.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.inference.verification.result.v1")]
public readonly record struct VerificationResult([property: Id(0)] WorkerOutcome Outcome, [property: Id(1)] double[] Logits);

/// <param name="Outcome">Whether there is a score.</param>
/// <param name="SimpleProbability">P(simple), in [0, 1], before calibration; 0 unless completed.</param>
/// <param name="SimpleLogit">The logit that it comes from.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.inference.router.result.v1")]
public readonly record struct RouterResult([property: Id(0)] WorkerOutcome Outcome, [property: Id(1)] double SimpleProbability, [property: Id(2)] double SimpleLogit);

/// <param name="Outcome">Whether there are scores.</param>
/// <param name="SentenceLogits">One per sentence, in order; empty unless completed.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.inference.compressor.result.v1")]
public readonly record struct CompressorResult([property: Id(0)] WorkerOutcome Outcome, [property: Id(1)] float[] SentenceLogits);

/// <param name="Outcome">Whether there are scores.</param>
/// <param name="Counts">Tokens of each sentence; empty unless completed.</param>
/// <param name="Starts">Where each token begins in its sentence, in UTF-16 code units, sentence after sentence.</param>
/// <param name="Lengths">Its UTF-16 code units.</param>
/// <param name="Logits">Log-odds that it is worth keeping.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.inference.token-classifier.result.v1")]
public readonly record struct TokenClassifierResult(
    [property: Id(0)] WorkerOutcome Outcome,
    [property: Id(1)] int[] Counts,
    [property: Id(2)] int[] Starts,
    [property: Id(3)] int[] Lengths,
    [property: Id(4)] float[] Logits);
