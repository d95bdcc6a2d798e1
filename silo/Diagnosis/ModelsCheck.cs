using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Inference;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Loads the models as the start does: files, hashes, accelerator, and what was fitted on them.</summary>
internal sealed class ModelsCheck : ICheck
{
    public string Name => "models";

    public async Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        var options = setUp.Options<InferenceOptions>();
        if (!Directory.Exists(options.ModelsDirectory))
            return [new Finding(Name, Severity.Fault, $"there is no folder '{options.ModelsDirectory}'", "Set OrleansLlm:Inference:ModelsDirectory to the models folder that came with the program.")];
        await using var engine = InferenceEngine.Start(options, setUp.Time, NullLoggerFactory.Instance);
        var findings = new List<Finding>();
        foreach (var model in engine.Models)
        {
            if (!model.Loaded)
                findings.Add(new Finding(Name, Severity.Fault, $"{model.Name}: {model.Problem}", "Its layer would be off. Restore the models folder that came with the program, or set OrleansLlm:Inference:ModelsDirectory."));
            else if (model.Fallback is { } why)
                findings.Add(new Finding(Name, Severity.Warning, $"{model.Name} runs on {model.ExecutionProvider} and not on an accelerator: {OneLine(why)}", "Build with ACCELERATOR=Cuda, and see that the driver and CUDA 13's libraries are found (LD_LIBRARY_PATH)."));
            else
                findings.Add(new Finding(Name, Severity.Ok, $"{model.Name} {model.Version} loads on {model.ExecutionProvider}"));
        }

        var policy = AcceptancePolicySource.Load(setUp.Options<CacheOptions>().AcceptanceFile, options.ModelsDirectory).For(engine.ModelSha256);
        findings.Add(policy.Problem is { } problem
            ? new Finding(Name, Severity.Fault, $"acceptance policy: {problem}", "Nothing would be matched by meaning. Restore acceptance.json in the models folder, or correct OrleansLlm:Cache:AcceptanceFile.")
            : new Finding(Name, Severity.Ok, "the acceptance policy can be read and is of these models"));
        findings.Add(StakesSource.Load(options.ModelsDirectory).For(engine.EmbeddingModelId).Problem is not { } unknown
            ? new Finding(Name, Severity.Ok, "the classifier of costly questions can be read and is of this embedder")
            : !setUp.Options<RoutingOptions>().KeepsUp()
            ? new Finding(Name, Severity.Ok, $"the classifier of costly questions is not needed, since none are kept up ({unknown})")
            : new Finding(
                Name, Severity.Fault, $"classifier of costly questions: {unknown}",
                $"Nothing would be routed down by its score. Restore {StakesSource.FileName} in the models folder; with an embedder of your own set OrleansLlm:Routing:KeepUpCalculations and KeepUpHighStakes to false, and calibrate."));
        return findings;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
