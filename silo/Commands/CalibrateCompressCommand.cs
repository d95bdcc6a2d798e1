using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Options;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Calibration;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Calibration;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Hosting;
using OrleansLlm.Silo.Upstream;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>calibrate compress --golden FILE</c>: the strongest keep rate that one's own golden questions support.</summary>
internal static class CalibrateCompressCommand
{
    public static Command Create()
    {
        var golden = new Option<string>("--golden")
        {
            Description = "JSON lines {\"messages\",\"answer\",\"grade\"} or {\"context\",\"question\",\"answer\",\"grade\"}; grade: exact, numeric, contains or judge", Required = true,
        };
        var model = new Option<string>("--model") { Description = "The model that is asked, at the configured provider (billed: each question once whole and once a rate)", Required = true };
        var judge = new Option<string?>("--judge") { Description = "The model that grades questions with grade judge" };
        var rates = new Option<double[]>("--rates") { Description = "Keep rates to try", DefaultValueFactory = _ => [.8, .62, .5, .33, .25], AllowMultipleArgumentsPerToken = true };
        var loss = new Option<double>("--max-loss") { Description = "Share of the right answers that compression may spoil", DefaultValueFactory = _ => .03 };
        var confidence = new Option<double>("--confidence") { Description = "How surely the rate keeps it", DefaultValueFactory = _ => .95 };
        var output = new Option<string>("--output") { Description = "Where to write the certificate", DefaultValueFactory = _ => "compression-certificate.json" };
        foreach (var option in new[] { loss, confidence })
            option.MustBe(static share => share is > 0 and < 1, "must lie between 0 and 1");
        rates.MustBe(static given => given.Length > 0 && given.All(static r => r is >= .05 and < 1), "must lie between 0.05 and 1");
        var command = new Command("compress", "Find the strongest keep rate that your golden questions support")
        {
            golden, output, model, judge, rates, loss, confidence, CommandOutput.Json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Run(parsed.GetRequiredValue(golden), parsed.GetRequiredValue(model), parsed.GetValue(judge), [.. parsed.GetRequiredValue(rates).Distinct()],
                parsed.GetRequiredValue(loss), 1 - parsed.GetRequiredValue(confidence), parsed.GetRequiredValue(output)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Run run, CancellationToken cancellationToken)
    {
        if (!await CommandFiles.CanReadAsync(run.Golden))
            return ExitCode.NoInput;
        if (!await CommandFiles.CanWriteAsync(run.Output))
            return ExitCode.CannotWrite;
        var read = await DocumentQuestionReader.ReadAsync(run.Golden, run.Model, cancellationToken);
        foreach (var problem in read.Problems)
            await Console.Error.WriteLineAsync(problem);
        if (run.Judge is null && read.Rows.Any(q => q.Grade == AnswerGrade.Judge))
            await Console.Error.WriteLineAsync("Some questions have the grade judge: name the model that judges, --judge MODEL.");
        else if (read.Rows.Count > 0 && read.WrongLines == 0)
            return await AskAsync(run, read, cancellationToken);
        await Console.Error.WriteLineAsync($"{run.Golden}: {read.Rows.Count} questions, {read.WrongLines} lines that are none. Nothing was asked.");
        return ExitCode.WrongInput;
    }

    private static async Task<int> AskAsync(Run run, JsonRows<DocumentQuestion> read, CancellationToken cancellationToken)
    {
        if (await HostStart.TryAsync(() => Task.FromResult(CreateServices())) is not { } services)
            return ExitCode.WrongConfiguration;
        await using var owned = services;
        var settings = services.GetRequiredService<IOptions<CompressionOptions>>().Value.ToSettings() with { TokenBudget = null };
        if (settings.Strategy == CompressionStrategy.LlmLingua2)
        {
            await Console.Error.WriteLineAsync("OrleansLlm:Compression:Strategy: LlmLingua2 cannot be calibrated; choose another strategy.");
            return ExitCode.WrongConfiguration;
        }

        var calls = new DirectCalls(services.GetRequiredService<IUpstreamCatalog>(), services.GetRequiredService<PriceCatalog>());
        var calibrator = new CompressCalibrator(calls, run.Model, run.Judge);
        try
        {
            var outcomes = await ProgressBar.RunAsync(
                "Asking", read.Rows.Count, report => calibrator.RunAsync(read.Rows, settings, run.Rates, report, cancellationToken));
            var chosen = CompressionCalibration.Choose(outcomes, run.MaxLoss, run.Level);
            if (chosen is not null)
                await CertifyAsync(run, read.Sha256, settings.CompressorId, outcomes, cancellationToken);
            Tell(run, outcomes, chosen, calls.CostUsd);
            return chosen is null ? ExitCode.NotSupported : ExitCode.Success;
        }
        catch (UpstreamCallException e)
        {
            await Console.Error.WriteLineAsync($"The provider gave no answer: {e.Message}");
            return ExitCode.Unavailable;
        }
    }

    private static Task CertifyAsync(Run run, string sha256, string compressor, IReadOnlyList<RateOutcome> outcomes, CancellationToken cancellationToken)
    {
        var certificate = new CompressionCertificate
        {
            Version = CompressionCertificate.CurrentVersion,
            Compressor = compressor,
            Model = run.Model,
            Data = Path.GetFileName(run.Golden),
            DataSha256 = sha256,
            Confidence = 1 - run.Level,
            Rates = outcomes,
            Date = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime),
        };
        return File.WriteAllBytesAsync(run.Output, certificate.ToUtf8Json(), cancellationToken);
    }

    private static void Tell(Run run, IReadOnlyList<RateOutcome> outcomes, RateOutcome? chosen, decimal costUsd) => CommandOutput.Write(
        new
        {
            supported = chosen is not null,
            questions = outcomes[0].Questions,
            right = outcomes[0].Right,
            cost_usd = costUsd,
            max_loss = run.MaxLoss,
            confidence = 1 - run.Level,
            rates = outcomes.OrderByDescending(static o => o.KeepRate).Select(o => new
            {
                o.KeepRate, tokens_saved = o.Saved, o.Lost, o.Gained, o.Degradation, lost_at_most = CompressionCalibration.UpperBound(o, run.Level),
            }),
            keep_rate = chosen?.KeepRate,
            certificate = chosen is null ? null : run.Output,
        },
        console => Write(console, run, outcomes, chosen, costUsd));

    private static void Write(IAnsiConsole console, Run run, IReadOnlyList<RateOutcome> outcomes, RateOutcome? chosen, decimal costUsd)
    {
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{outcomes[0].Questions} questions, {outcomes[0].Right} answered right with the whole documents; asking cost {costUsd:0.0000} USD. At most {run.MaxLoss:0.###} of these may be lost, {1 - run.Level:0.###} sure:");
        var table = new Table().AddColumns("keep rate", "tokens saved", "lost", "gained", "degradation", "lost at most");
        foreach (var outcome in outcomes.OrderByDescending(o => o.KeepRate))
        {
            table.AddRow(
                Number(outcome.KeepRate), Number(outcome.Saved), Count(outcome.Lost), Count(outcome.Gained), Number(outcome.Degradation),
                Number(CompressionCalibration.UpperBound(outcome, run.Level)));
        }

        console.Write(table);
        if (chosen is not null)
        {
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Use it: OrleansLlm__Compression__KeepRate={chosen.KeepRate}");
            console.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"Wrote {run.Output}. Or let it choose: OrleansLlm__Compression__QualityFloor={1 - run.MaxLoss:0.###} OrleansLlm__Compression__Certificates__0={Path.GetFullPath(run.Output)}");
            return;
        }

        var gentlest = outcomes.MaxBy(o => o.KeepRate)!;
        var more = CompressionCalibration.QuestionsNeeded(gentlest, run.MaxLoss, run.Level) is { } needed
            ? string.Create(CultureInfo.InvariantCulture, $"; about {needed - gentlest.Questions} more questions of this kind would support {gentlest.KeepRate}")
            : string.Empty;
        console.MarkupLineInterpolated($"These questions support no rate{more}.");
    }

    private static ServiceProvider CreateServices()
    {
        var configuration = CommandConfiguration.Read();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System);
        services.AddUpstreams(configuration);
        services.AddSingleton(OptionsSections.All.Bind<PricingOptions>(configuration).ToCatalog());
        OptionsSections.All.AddOptions<CompressionOptions>(services, configuration);
        return services.BuildServiceProvider();
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Run(string Golden, string Model, string? Judge, IReadOnlyList<double> Rates, double MaxLoss, double Level, string Output);
}
