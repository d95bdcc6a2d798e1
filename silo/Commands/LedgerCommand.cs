using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansLlm.Client.Ledger;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Silo.Transfer;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>savings</c> and <c>ledger export</c>: a running gateway's figures on the screen and in a file.</summary>
internal static class LedgerCommand
{
    private static readonly Option<string?> From = new("--from") { Description = "First instant, ISO 8601; default 30 days ago" };
    private static readonly Option<string?> To = new("--to") { Description = "The instant after the last, ISO 8601; default now" };

    public static Command CreateSavings()
    {
        var command = new Command("savings", "What a running gateway cost and saved, by layer and model") { GatewayArguments.Url, GatewayArguments.KeyVariable, GatewayArguments.AllowHttp, GatewayArguments.Tenant, From, To, CommandOutput.Json };
        command.SetAction((parsed, cancellationToken) => GatewayArguments.RunAsync(async () =>
        {
            using var http = GatewayArguments.Read(parsed).CreateClient();
            using var response = await http.GetAsync(GatewayArguments.Read(parsed).Path("/admin/v1/savings", Period(parsed)), cancellationToken);
            await GatewayRefusal.ThrowIfAnyAsync(response, cancellationToken);
            var savings = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var report = SavingsReport.FromUtf8Json(savings);
            using var forecast = await http.GetAsync(GatewayArguments.Read(parsed).Path("/admin/v1/forecast"), cancellationToken);
            await GatewayRefusal.ThrowIfAnyAsync(forecast, cancellationToken);
            using var month = JsonDocument.Parse(await forecast.Content.ReadAsByteArrayAsync(cancellationToken));
            _ = month.RootElement.GetProperty("month");
            CommandOutput.Write(
                new { savings = JsonNode.Parse(savings), forecast = month.RootElement },
                console => Show(console, report, month.RootElement));
            return ExitCode.Success;
        }));
        return command;
    }

    public static Command CreateLedger() => new("ledger", "The single entries of a running gateway's ledger") { Export() };

    private static Command Export()
    {
        var file = new Argument<string>("file") { Description = $"Where to; the ending chooses the format: {LedgerFormats.Names}" };
        var command = new Command("export", "Write a period's entries to a file") { file, GatewayArguments.Url, GatewayArguments.KeyVariable, GatewayArguments.AllowHttp, GatewayArguments.Tenant, From, To, CommandOutput.Json };
        command.SetAction((parsed, cancellationToken) => GatewayArguments.RunAsync(async () =>
        {
            var path = parsed.GetRequiredValue(file);
            if (LedgerFormats.Find(Path.GetExtension(path).TrimStart('.')) is not { } format)
            {
                await Console.Error.WriteLineAsync($"'{path}' must end in one of: {LedgerFormats.Names}.");
                return ExitCode.WrongInput;
            }

            if (!await CommandFiles.CanWriteAsync(path))
                return ExitCode.CannotWrite;
            using var http = GatewayArguments.Read(parsed).CreateClient();
            using var response = await http.GetAsync(
                GatewayArguments.Read(parsed).Path("/admin/v1/ledger", [("format", format.Name), .. Period(parsed)]), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await GatewayRefusal.ThrowIfAnyAsync(response, cancellationToken);
            // Before the file is touched: a proxy's page in it would pass for the books.
            if (response.Content.Headers.ContentType?.MediaType != MediaTypeHeaderValue.Parse(format.ContentType).MediaType)
                throw new JsonException($"The answer is no {format.Name}.");
            var bytes = await CommandFiles.ReplaceAsync(path, output => response.Content.CopyToAsync(output, cancellationToken));
            CommandOutput.Write(new { file = path, format = format.Name, bytes }, console => console.MarkupLineInterpolated($"{bytes} bytes written to {path}."));
            return ExitCode.Success;
        }));
        return command;
    }

    private static (string, string?)[] Period(ParseResult parsed) => [("from", parsed.GetValue(From)), ("to", parsed.GetValue(To))];

    private static void Show(IAnsiConsole console, SavingsReport report, JsonElement month)
    {
        var layers = new Table().Title($"{report.From:yyyy-MM-dd HH:mm} to {report.To:yyyy-MM-dd HH:mm} UTC").AddColumns("", "USD", "of baseline");
        layers.AddRow("baseline", Usd(report.Total.BaselineUsd), "");
        foreach (var layer in report.ByLayer)
            layers.AddRow(layer.Layer, Usd(-layer.SavedUsd), layer.Share.ToString("P1", CultureInfo.InvariantCulture));
        layers.AddRow("cost", Usd(report.Total.CostUsd), report.Total.BaselineUsd == 0 ? "" : (report.Total.CostUsd / report.Total.BaselineUsd).ToString("P1", CultureInfo.InvariantCulture));
        console.Write(layers);
        var models = new Table().AddColumns("model", "requests", "cost USD", "saved USD");
        foreach (var model in report.ByModel)
            models.AddRow(Markup.Escape(model.Model), model.Sums.Requests.ToString(CultureInfo.InvariantCulture), Usd(model.Sums.CostUsd), Usd(model.Sums.Saved.Total));
        console.Write(models);
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{report.Total.Requests} requests, {report.Total.HitRate:P1} from the cache, {report.Total.Unpriced} without a price, {report.Total.Estimated} with estimated tokens.");
        if (month.GetProperty("cost_usd") is { ValueKind: JsonValueKind.Number } cost)
        {
            console.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"{month.GetProperty("month").GetString()} at this rate: {month.GetProperty("baseline_usd").GetDecimal():0.00} USD without the layers, {cost.GetDecimal():0.00} USD with them.");
        }
    }

    private static string Usd(decimal usd) => usd.ToString("0.0000", CultureInfo.InvariantCulture);
}
