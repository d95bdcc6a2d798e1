using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansLlm.Client.Wire;
using OrleansLlm.Silo.Transfer;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>explain</c>: what each layer of a running gateway would do with a request. Calls no provider and stores nothing.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var question = new Argument<string?>("question") { Description = "A question to ask; without it --body names a whole request", Arity = ArgumentArity.ZeroOrOne };
        var body = new Option<string?>("--body") { Description = "File with the body of a chat completion; - reads it from standard input" };
        var model = new Option<string>("--model") { Description = "The model of a bare question", DefaultValueFactory = _ => "auto" };
        var command = new Command("explain", "Say what each layer would do with a request, without calling a provider")
        {
            question, body, model, CommandOutput.Json, GatewayArguments.Url, GatewayArguments.KeyVariable, GatewayArguments.AllowHttp,
        };
        command.Validators.Add(result =>
        {
            if (string.IsNullOrEmpty(result.GetValue(question)) == string.IsNullOrEmpty(result.GetValue(body)))
                result.AddError("Give either a question or --body.");
        });
        command.SetAction((parsed, cancellationToken) => GatewayArguments.RunAsync(async () =>
        {
            var path = parsed.GetValue(body);
            if (path is not (null or "-") && !await CommandFiles.CanReadAsync(path))
                return ExitCode.NoInput;

            using var http = GatewayArguments.Read(parsed).CreateClient();
            using var content = await ContentAsync(path, parsed.GetRequiredValue(model), parsed.GetValue(question), cancellationToken);
            using var response = await http.PostAsync("/v1/explain", content, cancellationToken);
            var explanation = await GatewayAnswer.ReadAsync(response, ExplanationJson.Kind, cancellationToken);
            CommandOutput.WriteRaw(explanation, console => Write(console, JsonSerializer.Deserialize<JsonElement>(explanation)));
            return ExitCode.Success;
        }));
        return command;
    }

    private static async Task<HttpContent> ContentAsync(string? path, string model, string? question, CancellationToken cancellationToken)
    {
        if (path is null)
            return JsonContent.Create(new { model, messages = new[] { new { role = "user", content = question } } });
        var text = path == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(path, cancellationToken);
        return new StringContent(text, System.Text.Encoding.UTF8, "application/json");
    }

    private static void Write(IAnsiConsole console, JsonElement explanation)
    {
        var (cache, route, compression, price) =
            (explanation.GetProperty("cache"), explanation.GetProperty("route"), explanation.GetProperty("compression"), explanation.GetProperty("price"));
        var table = new Table().AddColumns("layer", "mode", "what it would do", "why");
        table.AddRow(
            "cache", Text(cache, "mode"), Text(cache, "kind") + (Text(cache, "candidate_question") is { Length: > 0 } candidate ? $": \"{Markup.Escape(candidate)}\"" : ""),
            Join(Text(cache, "reason"), Named("probability", cache, "score"), Named("needs", cache, "threshold"), Text(cache.GetProperty("risk"), "reason")));
        table.AddRow("route", Text(route, "mode"), Text(route, "model"), Join(Text(route, "reason"), Named("P(simple)", route, "probability"), Named("needs", route, "threshold")));
        table.AddRow(
            "compression", Text(compression, "mode"), $"{Text(compression, "tokens_before")} -> {Text(compression, "tokens_after")} tokens, {compression.GetProperty("removed").GetArrayLength()} passages out",
            Text(compression, "reason"));
        table.AddRow("price", "", $"{Text(price, "predicted_usd")} instead of {Text(price, "baseline_usd")} USD", $"{Text(price, "assumed_completion_tokens")} output tokens assumed; baseline {Text(price, "baseline_model")}");
        console.Write(table);
    }

    private static string Join(params string[] parts) => string.Join(", ", parts.Where(static p => p.Length > 0));

    private static string Named(string name, JsonElement layer, string property) =>
        layer.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.Number ? string.Create(CultureInfo.InvariantCulture, $"{name} {value.GetDouble():0.000}") : "";

    private static string Text(JsonElement layer, string property) =>
        !layer.TryGetProperty(property, out var value) || value.ValueKind == JsonValueKind.Null ? "" : Markup.Escape(value.ToString());
}
