using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Calibration;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Inference;
using OrleansLlm.Silo.Calibration;
using OrleansLlm.Silo.Configuration;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>calibrate cache --data FILE</c>: an acceptance policy for one's own questions, with the threshold that they support.</summary>
internal static class CalibrateCacheCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "JSON lines {\"a\",\"b\",\"same\"}: a question, the nearest one it was held against, whether one answer serves both", Required = true };
        var output = new Option<string>("--output") { Description = "Where to write the policy", DefaultValueFactory = _ => "acceptance.json" };
        var maxError = new Option<double>("--max-error") { Description = "Share of hits that may be wrong", DefaultValueFactory = _ => 0.01 };
        var confidence = new Option<double>("--confidence") { Description = "How surely the threshold keeps it", DefaultValueFactory = _ => 0.95 };
        foreach (var option in new[] { maxError, confidence })
            option.MustBe(static share => share is > 0 and < 1, "must lie between 0 and 1");
        var command = new Command("cache", "Fit the cache's acceptance policy to labelled pairs and test which threshold they support") { data, output, maxError, confidence, CommandOutput.Json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(output), parsed.GetRequiredValue(maxError), parsed.GetRequiredValue(confidence), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string data, string output, double maxError, double confidence, CancellationToken cancellationToken)
    {
        if (!await CommandFiles.CanReadAsync(data))
            return ExitCode.NoInput;
        if (!await CommandFiles.CanWriteAsync(output))
            return ExitCode.CannotWrite;
        var read = await LabelledPairReader.ReadAsync(data, cancellationToken);
        foreach (var problem in read.Problems)
            await Console.Error.WriteLineAsync(problem);
        if (read.Rows.Count == 0 || read.WrongLines > 0)
        {
            await Console.Error.WriteLineAsync($"{data}: {read.Rows.Count} pairs, {read.WrongLines} lines that are none. Nothing was calibrated.");
            return ExitCode.WrongInput;
        }

        if (await HostStart.TryAsync(() => Task.FromResult(CommandConfiguration.Read())) is not { } configuration)
            return ExitCode.WrongConfiguration;
        var options = OptionsSections.All.Bind<InferenceOptions>(configuration);
        var source = AcceptancePolicySource.Load(null, options.ModelsDirectory);
        if (source.Policy is not { } prior)
        {
            await Console.Error.WriteLineAsync(source.Problem);
            return ExitCode.WrongConfiguration;
        }

        await using var engine = InferenceEngine.Start(options, TimeProvider.System, NullLoggerFactory.Instance);
        if (engine.Models.FirstOrDefault(m => m.Name is "embedder" or "verifier" && !m.Loaded) is { } missing)
        {
            await Console.Error.WriteLineAsync($"The model '{missing.Name}' is not loaded: {missing.Problem}");
            return ExitCode.WrongConfiguration;
        }

        var compared = await ProgressBar.RunAsync("Comparing", read.Rows.Count, report => CacheCalibrator.CompareAsync(engine, read.Rows, report, cancellationToken));
        var result = AcceptanceCalibration.Calibrate(prior.Model, compared, maxError, 1 - confidence);
        if (result.Chosen.Certified is not { } certified)
        {
            Tell(result, prior.Model, maxError, confidence, null);
            return ExitCode.NotSupported;
        }

        var model = result.Model with
        {
            Threshold = certified.Threshold,
            Provenance = result.ToProvenance(
                prior.Model.Provenance,
                AcceptancePolicySource.FittedOn.Where(engine.ModelSha256.ContainsKey).ToDictionary(static m => m, m => engine.ModelSha256[m]),
                new FittedData(Path.GetFileName(data), read.Sha256, result.FittedPairs, 1),
                certified,
                maxError,
                confidence),
        };
        await using (var file = File.Create(output))
            AcceptancePolicy.Write(file, model);
        Tell(result, prior.Model, maxError, confidence, output);
        return ExitCode.Success;
    }

    private static void Tell(AcceptanceCalibrationResult result, AcceptanceModel prior, double maxError, double confidence, string? written) => CommandOutput.Write(
        new
        {
            supported = written is not null,
            tested = result.Tested.Count,
            max_error = maxError,
            confidence,
            shipped_weights = Verdict(result.PriorWeights),
            own_weights = result.OwnWeights is null ? null : Verdict(result.OwnWeights),
            result.Chosen.Certified?.Threshold,
            file = written,
        },
        console =>
        {
            Write(console, result, prior, maxError, confidence);
            if (written is null)
                console.MarkupLineInterpolated($"These pairs support no threshold{More(result.Chosen)}. Nothing was written; the shipped policy stays.");
            else
                console.MarkupLineInterpolated($"Wrote {written}. Use it: OrleansLlm__Cache__AcceptanceFile={Path.GetFullPath(written)}");
        });

    private static object Verdict(ThresholdVerdict verdict) => new
    {
        verdict.Certified?.Threshold, hits = verdict.Certified?.Accepted, verdict.Certified?.Wrong, upper_bound = verdict.Certified?.UpperBound, more_pairs = 2L * verdict.MoreRows,
    };

    private static void Write(IAnsiConsole console, AcceptanceCalibrationResult result, AcceptanceModel prior, double maxError, double confidence)
    {
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{result.Tested.Count} pairs tested. At most {maxError:0.###} of the hits wrong, {confidence:0.###} sure:");
        var table = new Table().AddColumns("policy", "threshold", "hits of the pairs", "wrong", "at most");
        Row("shipped weights", result.PriorWeights);
        if (result.OwnWeights is { } own)
            Row("your weights", own);
        var shipped = new AcceptancePolicy(prior);
        var served = result.Tested.Where(p => p.Score(shipped) >= prior.Threshold).ToList();
        table.AddRow("as shipped", Number(prior.Threshold), served.Count.ToString(CultureInfo.InvariantCulture), served.Count(p => !p.Same).ToString(CultureInfo.InvariantCulture), string.Empty);
        console.Write(table);

        void Row(string name, ThresholdVerdict verdict)
        {
            if (verdict.Certified is { } test)
                table.AddRow(name, Number(test.Threshold), test.Accepted.ToString(CultureInfo.InvariantCulture), test.Wrong.ToString(CultureInfo.InvariantCulture), Number(test.UpperBound));
            else
                table.AddRow(name, "none" + More(verdict), string.Empty, string.Empty, string.Empty);
        }
    }

    private static string More(ThresholdVerdict verdict) =>
        verdict.MoreRows is { } more ? string.Create(CultureInfo.InvariantCulture, $"; about {2L * more} more pairs of this kind would") : string.Empty;

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
