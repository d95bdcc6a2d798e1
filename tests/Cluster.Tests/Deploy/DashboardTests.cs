using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Telemetry;

namespace OrleansLlm.Cluster.Tests.Deploy;

/// <summary>What dashboards and alerts ask for is there to be asked for.</summary>
public sealed partial class DashboardTests
{
    private static readonly string[] OurPrefixes = ["orleansllm_", "gen_ai_"];

    [Fact]
    public void Expressions_OfDashboardsAndAlerts_NameOnlyMetricsThatExist()
    {
        var existing = PrometheusNames();
        Assert.Contains("orleansllm_cost_usd_total", existing);
        var asked = Expressions().SelectMany(e => Name().Matches(e.Expression).Select(m => (e.Where, m.Value)))
            .Where(m => Array.Exists(OurPrefixes, p => m.Value.StartsWith(p, StringComparison.Ordinal)))
            // Labels of the conventions begin like their metrics.
            .Where(m => m.Value is not ("gen_ai_request_model" or "gen_ai_provider_name" or "gen_ai_token_type" or "gen_ai_operation_name"))
            .Distinct().ToList();
        Assert.True(asked.Count > 20, $"{asked.Count} metrics are asked for");
        Assert.DoesNotContain(asked, m => !existing.Contains(m.Value));
    }

    [Fact]
    public void Alerts_ByPromtool_Parse()
    {
        var (exitCode, said) = Promtool("check", "rules", Path.Combine(Root, "prometheus", "alerts.yaml"));
        Assert.True(exitCode == 0, said);
        Assert.Contains("SUCCESS: 7 rules found", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Alerts_ByPromtool_FireForAProvidersFailuresAndForAllSilosTogether()
    {
        var folder = Directory.CreateTempSubdirectory("orleansllm-alerts-");
        try
        {
            var test = Path.Combine(folder.FullName, "test.yaml");
            // Two silos of which neither alone was told of more than three wrong answers; a provider that fails, and one whose callers ask wrongly.
            File.WriteAllText(test, $$$"""
                rule_files: ["{{{Path.Combine(Root, "prometheus", "alerts.yaml")}}}"]
                evaluation_interval: 1m
                tests:
                  - interval: 1m
                    input_series:
                      - { series: 'orleansllm_cache_feedback_total{verdict="wrong",instance="a"}', values: "0x10 2x60" }
                      - { series: 'orleansllm_cache_feedback_total{verdict="wrong",instance="b"}', values: "0x10 3x60" }
                      - { series: 'gen_ai_client_operation_duration_seconds_count{gen_ai_provider_name="fails"}', values: "0+10x60" }
                      - { series: 'gen_ai_client_operation_duration_seconds_count{gen_ai_provider_name="fails",error_type="500"}', values: "0+5x60" }
                      - { series: 'gen_ai_client_operation_duration_seconds_count{gen_ai_provider_name="refuses"}', values: "0+10x60" }
                      - { series: 'gen_ai_client_operation_duration_seconds_count{gen_ai_provider_name="refuses",error_type="400"}', values: "0+50x60" }
                    promql_expr_test:
                      - expr: ALERTS{alertstate="firing"}
                        eval_time: 30m
                        exp_samples:
                          - { labels: 'ALERTS{alertname="ProviderErrors",alertstate="firing",gen_ai_provider_name="fails",severity="critical"}', value: 1 }
                          - { labels: 'ALERTS{alertname="WrongHitsReported",alertstate="firing",severity="critical"}', value: 1 }
                """);
            var (exitCode, said) = Promtool("test", "rules", test);
            Assert.True(exitCode == 0, said);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Counters_WhoseRiseAlertsWatch_BeginAtNothing()
    {
        // Of one that begins at one Prometheus sees no rise: the first loss would go unnoticed.
        var watched = File.ReadAllLines(Path.Combine(Root, "prometheus", "alerts.yaml")).SelectMany(static l => Rise().Matches(l)).Select(static m => m.Groups["name"].Value).ToList();
        Assert.True(watched.Count >= 3, $"{watched.Count} counters are watched");
        await using var gateway = await GatewayProgram.StartAsync("orleansllm.dll");
        var metrics = await gateway.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.All(watched, name => Assert.Matches($@"(?m)^{name}(\{{[^}}]*\}})? 0( |$)", metrics));
    }

    private static (int ExitCode, string Said) Promtool(params string[] arguments)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("promtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("promtool is not installed (apt-get install prometheus)");
            throw;
        }

        using (process)
        {
            var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, said);
        }
    }

    // As the exporter makes them: dots to underscores, the unit and the kind behind.
    private static HashSet<string> PrometheusNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name is not (GatewayTelemetry.MeterName or GenAiTelemetry.Name))
                    return;
                var unit = instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
                var name = instrument.Name.Replace('.', '_') + unit;
                if (instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal))
                    names.UnionWith([name + "_bucket", name + "_sum", name + "_count"]);
                else if (instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal) || instrument.GetType().Name.StartsWith("ObservableCounter", StringComparison.Ordinal))
                    names.Add(name + "_total");
                else
                    names.Add(name);
            },
        };
        listener.Start();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        new GatewayTelemetry(meters, new GenAiTelemetry(meters, Options.Create(new TelemetryOptions()))).ObserveLedger(static () => []);
        return names;
    }

    private static IEnumerable<(string Where, string Expression)> Expressions()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Root, "grafana"), "*.json"))
        {
            using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
            {
                foreach (var target in panel.GetProperty("targets").EnumerateArray())
                    yield return ($"{Path.GetFileName(file)}: {panel.GetProperty("title").GetString()}", target.GetProperty("expr").GetString()!);
            }
        }

        foreach (var line in File.ReadAllLines(Path.Combine(Root, "prometheus", "alerts.yaml")))
        {
            if (!line.TrimStart().StartsWith('#') && !line.Contains("description:", StringComparison.Ordinal) && !line.Contains("summary:", StringComparison.Ordinal))
                yield return ("alerts.yaml", line);
        }
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "OrleansLlm.sln")))
                folder = folder.Parent!;
            return Path.Combine(folder.FullName, "deploy");
        }
    }

    [GeneratedRegex(@"increase\((?<name>orleansllm_\w+)(\{[^}]*\})?\[\w+\]\)+ > \d")]
    private static partial Regex Rise();

    [GeneratedRegex("[a-z][a-z0-9_]+")]
    private static partial Regex Name();
}
