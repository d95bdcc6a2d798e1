using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Silo.Calibration;

/// <summary>Asks models straight at their providers: no cache, no routing, no compression, no ledger.</summary>
/// <param name="catalog">The configured providers.</param>
/// <param name="prices">What models cost, as far as it is known.</param>
internal sealed class DirectCalls(IUpstreamCatalog catalog, PriceCatalog prices)
{
    private const int LargestReply = 4 * 1024 * 1024;
    private const int LongestWords = 300;

    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();

    /// <summary>What the calls cost so far, USD, as far as prices are known.</summary>
    public decimal CostUsd { get; private set; }

    /// <summary>Why the first call that failed did; null where none has.</summary>
    public string? FirstFault { get; private set; }

    /// <summary>What the model says.</summary>
    /// <param name="model">The model, as the body names it too.</param>
    /// <param name="body">A plain chat completion's.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<DirectAnswer> AskAsync(string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(model, body, cancellationToken);
        lock (_lock)
            FirstFault ??= answer.Fault;
        return answer;
    }

    private async Task<DirectAnswer> SendAsync(string model, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (catalog.Find(model, UpstreamEndpoint.ChatCompletions) is not { } target)
            return new DirectAnswer(null, $"no provider serves chat completions of the model '{model}'");
        if (target.TelemetryProvider == UpstreamCatalog.SimulatorName)
            return new DirectAnswer(null, "the built-in simulator's answers are invented and say nothing of a model: configure a provider");
        await using var reply = await target.Upstream.SendAsync(
            new UpstreamRequest(model, body, Stream: false, "calibrate_" + Guid.CreateVersion7().ToString("N")), cancellationToken);
        if (reply.FailureMessage is { } failed)
            return new DirectAnswer(null, failed);
        var read = await PlainBody.ReadAsync(reply.Body, LargestReply, LongestSilence, cancellationToken);
        if (reply.Status != StatusCodes.Status200OK)
            return new DirectAnswer(null, $"'{model}' answered {reply.Status}: {System.Text.Encoding.UTF8.GetString(read.Bytes.AsSpan(0, Math.Min(read.Bytes.Length, LongestWords)))}");
        if (read.Broken is { } broken)
            return new DirectAnswer(null, broken);
        if (CompletionFacts.Read(read.Bytes) is not { } facts)
            return new DirectAnswer(null, $"'{model}' answered with something that is no chat completion");
        if (facts.Usage is { } usage && prices.Find(model, target.PriceProvider) is { } price)
        {
            lock (_lock)
                CostUsd += CostCalculator.Cost(price, usage);
        }

        return new DirectAnswer(facts.Text, null);
    }
}

/// <summary>An answer, or why there is none.</summary>
/// <param name="Text">The answer; null where there is none.</param>
/// <param name="Fault">What went wrong, for people; null where nothing did.</param>
internal readonly record struct DirectAnswer(string? Text, string? Fault);
