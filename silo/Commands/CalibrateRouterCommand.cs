using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Core.Calibration;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Inference;
using OrleansLlm.Silo.Calibration;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Upstream;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>calibrate router --golden FILE</c>: a certificate of the threshold that one's own questions support.</summary>
internal static class CalibrateRouterCommand
{
    public static Command Create()
    {
        var golden = new Option<string>("--golden") { Description = "JSON lines {\"question\",\"label\":\"simple\"|\"complex\"}, or weak_ok, or strong and weak scores; with --run also unlabelled, with \"answer\" where there is a right one; in English", Required = true };
        var output = new Option<string>("--output") { Description = "Where to write the certificate", DefaultValueFactory = _ => "router-certificate.json" };
        var maxMisroute = new Option<double>("--max-misroute") { Description = "Share of the routed that may have needed the strong model", DefaultValueFactory = _ => 0.05 };
        var confidence = new Option<double>("--confidence") { Description = "How surely the threshold keeps it", DefaultValueFactory = _ => 0.95 };
        var lowest = new Option<double>("--lowest") { Description = "Lowest threshold to test, at most 0.95; below 0.80 the gateway needs AcceptLowThreshold", DefaultValueFactory = _ => RoutingPolicy.DefaultThreshold };
        var run = new Option<bool>("--run") { Description = "Put unlabelled questions to the cheapest and the strongest tier (both are billed) and grade the answers" };
        var judge = new Option<string?>("--judge") { Description = "Model that compares the two answers where a row has no right one" };
        var tenant = new Option<string?>("--tenant") { Description = "The tenant whose ladder the certificate is for, and whose costly questions are left out; the general settings by default" };
        var fit = new Option<bool>("--fit") { Description = "Fit a head of your own too, and use it where it routes more at the same promise" };
        var head = new Option<string>("--head") { Description = "Where to write it", DefaultValueFactory = _ => "router-head.json" };
        foreach (var option in new[] { maxMisroute, confidence })
            option.MustBe(static share => share is > 0 and < 1, "must lie between 0 and 1");
        lowest.MustBe(static threshold => threshold is >= 0 and <= 0.95, "must lie between 0 and 0.95");
        var command = new Command("router", "Calibrate the router with golden questions and certify the threshold that they support")
        {
            golden, output, maxMisroute, confidence, lowest, run, judge, tenant, fit, head, CommandOutput.Json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetRequiredValue(golden), parsed.GetRequiredValue(output), parsed.GetRequiredValue(maxMisroute), parsed.GetRequiredValue(confidence),
                parsed.GetRequiredValue(lowest), parsed.GetValue(run), parsed.GetValue(judge), parsed.GetValue(tenant),
                parsed.GetValue(fit) ? parsed.GetRequiredValue(head) : null),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, CancellationToken cancellationToken)
    {
        if (!await CommandFiles.CanReadAsync(request.Golden))
            return ExitCode.NoInput;
        if (!await CommandFiles.CanWriteAsync(request.Output)
            || (request.Head is { } head && !await CommandFiles.CanWriteAsync(head))
            || (request.Run && !await CommandFiles.CanWriteAsync(GradedFile(request))))
            return ExitCode.CannotWrite;
        var read = await GoldenQuestionReader.ReadAsync(request.Golden, cancellationToken);
        foreach (var line in read.Problems)
            await Console.Error.WriteLineAsync(line);
        if (read.Rows.Count == 0 || read.WrongLines > 0)
        {
            await Console.Error.WriteLineAsync($"{request.Golden}: {read.Rows.Count} questions, {read.WrongLines} lines that are none. Nothing was calibrated.");
            return ExitCode.WrongInput;
        }

        var rows = read.Rows.Where(q => EnglishText.IsLikely(RoutedText.Of(q.Text))).ToList();
        if (rows.Count < read.Rows.Count)
            await Console.Error.WriteLineAsync($"{read.Rows.Count - rows.Count} questions are left out: the gateway gives no score to what is not English, and routes it up.");
        if (rows.Count == 0)
            return ExitCode.WrongInput;

        var unlabelled = rows.Count(q => q.IsSimple is null);
        if (unlabelled > 0 && !request.Run)
        {
            await Console.Error.WriteLineAsync($"{unlabelled} questions have no label. --run puts them to the cheapest and the strongest tier, which is billed.");
            return ExitCode.WrongInput;
        }

        if (rows.Exists(q => q is { IsSimple: null, Answer: null }) && request.Judge is null)
        {
            await Console.Error.WriteLineAsync("Some questions have neither a label nor an answer: --judge must name a model that compares the tiers' answers.");
            return ExitCode.WrongInput;
        }

        if (await HostStart.TryAsync(() => Task.FromResult(Setting.Read(request.Tenant))) is not { } setting)
            return ExitCode.WrongConfiguration;
        var engineOptions = OptionsSections.All.Bind<InferenceOptions>(setting.Configuration);
        await using var engine = InferenceEngine.Start(engineOptions, TimeProvider.System, NullLoggerFactory.Instance);
        if (engine.Models.FirstOrDefault(m => m.Name is "embedder" or "router" && !m.Loaded) is { } missing)
        {
            await Console.Error.WriteLineAsync($"The model '{missing.Name}' is not loaded: {missing.Problem}");
            return ExitCode.WrongConfiguration;
        }

        var stakes = StakesSource.Load(engineOptions.ModelsDirectory).For(engine.EmbeddingModelId);
        if (stakes.Problem is { } problem && setting.KeptUp.Count > 0)
        {
            await Console.Error.WriteLineAsync(problem);
            return ExitCode.WrongConfiguration;
        }

        var all = await ProgressBar.RunAsync("Scoring", rows.Count, report => RouterScorer.ScoreAsync(engine, rows, report, cancellationToken));
        var routed = rows.Zip(all).Where(q => stakes.Classifier?.KindOf(q.Second.Embedding, q.Second.Features, setting.KeptUp) is null).ToList();
        if (routed.Count < rows.Count)
            await Console.Error.WriteLineAsync($"{rows.Count - routed.Count} questions are left out: the gateway routes them up whatever their score ({string.Join(", ", setting.KeptUp)}).");
        if (routed.Count == 0)
            return ExitCode.WrongInput;
        IReadOnlyList<GradedQuestion?> graded = unlabelled == 0
            ? [.. routed.Select(static q => new GradedQuestion(q.First.Text, q.First.IsSimple!.Value, null, null))]
            : await GradeAsync(request, setting, [.. routed.Select(static q => q.First)], cancellationToken);
        var scores = graded.Zip(routed).Where(static g => g.First is not null).Select(static g => new ScoredQuestion(g.First!, g.Second.Second)).ToList();
        if (scores.Count == 0)
            return ExitCode.Unavailable;
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var own = request.Head is null ? null : HeadTrainer.Fit(scores, engine.EmbeddingModelId, Path.GetFileName(request.Golden), read.Sha256, today);
        if (request.Head is not null && own is null)
            AnsiConsole.MarkupLine("Too few questions of a label to fit a head; the shipped router is calibrated.");
        // Two chances to make a claim: each gets half of the error probability.
        var level = (1 - request.Confidence) / (own is null ? 1 : 2);
        var result = RouterCalibration.Calibrate([.. scores.Select(s => s.Shipped())], request.Lowest, request.MaxMisroute, level);
        var routers = new List<(string Name, RouterCalibrationResult Result)> { ("shipped router", result) };
        if (own is not null)
        {
            // The calibration is learned where the head was not.
            var adapted = RouterCalibration.Calibrate(
                [.. scores.Where(s => !RouterCalibration.TrainsHead(s.Question.Text)).Select(s => s.By(own))], request.Lowest, request.MaxMisroute, level);
            routers.Add(("head of your own", adapted));
            if (adapted.Verdict.Certified is { } better && better.Accepted > (result.Verdict.Certified?.Accepted ?? 0))
                result = adapted;
            else
                own = null;
        }

        if (result.Verdict.Certified is not { } certified)
        {
            Tell(request, routers, null, null);
            return ExitCode.NotSupported;
        }

        var certificate = new RouterCertificate
        {
            Version = RouterCertificate.CurrentVersion,
            Model = own?.ModelId() ?? engine.RouterModelId,
            Cheapest = setting.Ladder[0].Model,
            Strongest = setting.Ladder[^1].Model,
            KeptUp = [.. setting.KeptUp.Select(static k => k.ToString())],
            Data = Path.GetFileName(request.Golden),
            DataSha256 = read.Sha256,
            FittedRows = result.FittedRows,
            TestedRows = result.Tested.Count,
            Threshold = certified.Threshold,
            Routed = certified.Accepted,
            Misrouted = certified.Wrong,
            UpperBound = certified.UpperBound,
            MaxMisrouteRate = request.MaxMisroute,
            Confidence = request.Confidence,
            Calibration = result.Map,
            ScoreShares = ScoreDistribution.Shares(result.Tested.Select(t => t.Score)),
            Date = today,
        };
        await File.WriteAllBytesAsync(request.Output, certificate.ToUtf8Json(), cancellationToken);
        if (own is not null)
            await File.WriteAllBytesAsync(request.Head!, own.ToUtf8Json(), cancellationToken);
        Tell(request, routers, certified, own is null ? null : request.Head);
        return ExitCode.Success;
    }

    private static void Tell(Request request, IReadOnlyList<(string Name, RouterCalibrationResult Result)> routers, ThresholdTest? certified, string? head) => CommandOutput.Write(
        new
        {
            supported = certified is not null,
            max_misroute = request.MaxMisroute,
            confidence = request.Confidence,
            routers = routers.Select(static r => new
            {
                r.Name,
                tested = r.Result.Tested.Count,
                fitted = r.Result.FittedRows,
                calibration_error_before = r.Result.ErrorBefore,
                calibration_error_after = r.Result.ErrorAfter,
                r.Result.Verdict.Certified?.Threshold,
                routed = r.Result.Verdict.Certified?.Accepted,
                misrouted = r.Result.Verdict.Certified?.Wrong,
                upper_bound = r.Result.Verdict.Certified?.UpperBound,
                more_questions = 2L * r.Result.Verdict.MoreRows,
            }),
            certified?.Threshold,
            certificate = certified is null ? null : request.Output,
            head,
        },
        console =>
        {
            foreach (var (name, result) in routers)
                Write(console, name, result, request);
            if (certified is null)
            {
                console.MarkupLine("Nothing was written.");
                return;
            }

            if (head is not null)
                console.MarkupLineInterpolated($"Wrote {head}. Use it: OrleansLlm__Routing__Head={Path.GetFullPath(head)}");
            console.MarkupLineInterpolated($"Wrote {request.Output}. Use it: OrleansLlm__Routing__Certificate={Path.GetFullPath(request.Output)}");
            if (certified.Threshold < RoutingPolicy.DefaultThreshold)
                console.MarkupLine("Its threshold is below 0.80: OrleansLlm__Routing__AcceptLowThreshold=true is needed too.");
        });

    private static string GradedFile(Request request) => Path.ChangeExtension(request.Golden, ".graded.jsonl");

    // What the run cost is kept: a second calibration reads the labels from the graded file.
    private static async Task<IReadOnlyList<GradedQuestion?>> GradeAsync(
        Request request, Setting setting, List<GoldenQuestion> questions, CancellationToken cancellationToken)
    {
        var ladder = setting.Ladder;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System);
        services.AddUpstreams(setting.Configuration);
        await using var provider = services.BuildServiceProvider();
        var calls = new DirectCalls(provider.GetRequiredService<IUpstreamCatalog>(), setting.Prices);
        var runner = new GoldenRunner(calls, ladder[0].Model, ladder[^1].Model, request.Judge);
        var graded = await ProgressBar.RunAsync("Asking", questions.Count, report => runner.RunAsync(questions, report, cancellationToken));
        var kept = graded.OfType<GradedQuestion>().ToList();
        var file = GradedFile(request);
        await File.WriteAllLinesAsync(
            file,
            kept.Select(g => JsonSerializer.Serialize(new { question = g.Text, label = g.IsSimple ? "simple" : "complex", weak_answer = g.WeakAnswer, strong_answer = g.StrongAnswer })),
            cancellationToken);
        // Told at once, and on standard error with --json: the money is spent, whatever comes of it.
        AnsiConsole.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"{ladder[0].Model} and {ladder[^1].Model} answered {kept.Count} of {questions.Count} questions for {calls.CostUsd:0.0000} USD; the labels are in {file}.");
        if (kept.Count < questions.Count)
            await Console.Error.WriteLineAsync($"{questions.Count - kept.Count} questions have no label: {(calls.FirstFault ?? (request.Judge is null ? "neither tier gave the right answer, and there is no --judge" : "the judge said neither of both answers")).TrimEnd('.')}.");
        return graded;
    }

    private static void Write(IAnsiConsole console, string router, RouterCalibrationResult result, Request request)
    {
        var fitted = result.FittedRows == 0 ? "too few to fit a calibration; the router's own probability is tested" : $"{result.Map.Kind} calibration on {result.FittedRows} others";
        console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"The {router}: {result.Tested.Count} questions tested, {fitted}: calibration error {result.ErrorBefore:0.000} before, {result.ErrorAfter:0.000} after.");
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"At most {request.MaxMisroute:0.###} of the routed misrouted, {request.Confidence:0.###} sure:");
        if (result.Verdict.Certified is { } test)
        {
            console.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"threshold {test.Threshold:0.00} routes {test.Accepted} ({(double)test.Accepted / result.Tested.Count:0.0%}), {test.Wrong} of them wrongly, at most {test.UpperBound:0.0000} with that confidence.");
        }
        else
        {
            var more = result.Verdict.MoreRows is { } rows
                ? string.Create(CultureInfo.InvariantCulture, $"about {2L * rows} more questions of this kind would")
                : "more of this kind would not help: too many of those that would be routed need the strong model, or none would be routed";
            console.MarkupLineInterpolated($"these questions support no threshold; {more}.");
        }
    }

    // Whole before the first question is asked, which is billed.
    private sealed record Setting(ConfigurationManager Configuration, IReadOnlyList<ModelTier> Ladder, IReadOnlyList<RouteReason> KeptUp, PriceCatalog Prices)
    {
        public static Setting Read(string? tenant)
        {
            var configuration = CommandConfiguration.Read();
            var tenants = OptionsSections.All.Bind<Dictionary<string, TenantOptions>>(configuration);
            if (tenant is not null && !tenants.ContainsKey(tenant) && !(tenants.Count == 0 && tenant == TenantDirectory.DefaultTenant))
                throw new ConfigurationException($"--tenant: '{tenant}' is not a tenant of OrleansLlm:Tenants.");
            var routing = OptionsSections.All.Bind<RoutingOptions>(configuration);
            var options = tenant is not null && routing.Tenants.TryGetValue(tenant, out var own) ? own : routing;
            return new Setting(
                configuration,
                options.Ladder(),
                options.KeptUp(),
                OptionsSections.All.Bind<PricingOptions>(configuration).ToCatalog());
        }
    }

    private sealed record Request(
        string Golden, string Output, double MaxMisroute, double Confidence, double Lowest, bool Run, string? Judge, string? Tenant, string? Head);
}
