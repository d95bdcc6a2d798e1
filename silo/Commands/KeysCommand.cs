using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansLlm.Client.Endpoints;
using OrleansLlm.Silo.Transfer;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>keys create|list|rotate|revoke</c>: the keys of a running gateway. What it prints is the gateway's answer, as a table or, with <c>--json</c>, as it came.</summary>
internal static class KeysCommand
{
    private const string Path = "/admin/v1/keys";

    private static readonly string[] Columns = ["id", "name", "tenant", "project", "role", "status", "expires_at"];

    public static Command Create() => new("keys", "Make, list, rotate and revoke keys of a running gateway") { CreateKey(), List(), Rotate(), Revoke() };

    private static Command CreateKey()
    {
        var name = new Argument<string>("name") { Description = "For people; need not be unique" };
        var project = new Option<string?>("--project") { Description = "One of the tenant's projects" };
        var role = new Option<string?>("--role") { Description = "user, admin or operator" };
        role.AcceptOnlyFromAmong("user", "admin", "operator");
        var expires = new Option<DateTimeOffset?>("--expires") { Description = "When it ends, e.g. 2027-01-01T00:00:00Z" };
        var models = new Option<string[]>("--model") { Description = "A model that may be asked for; may be repeated; default all" };
        var budgets = new Option<string[]>("--budget") { Description = "A hard cap, WINDOW=USD, e.g. day=5; minute, hour, day or month; may be repeated" };
        var requests = new Option<long?>("--requests-per-minute") { Description = "Most requests in any minute" };
        var tokens = new Option<long?>("--tokens-per-minute") { Description = "Most tokens in any minute" };
        var concurrent = new Option<long?>("--concurrent") { Description = "Most requests at the same time" };
        budgets.Validators.Add(result =>
        {
            var given = (result.GetValueOrDefault<string[]>() ?? []).Select(Budget).ToList();
            if (given.Contains(null))
                result.AddError("--budget must be WINDOW=USD, e.g. day=5.");
            else if (given.DistinctBy(static b => b!.Value.Window).Count() < given.Count)
                result.AddError("--budget names a window twice.");
        });
        var command = new Command("create", "Make a key and print it: this once, it is kept nowhere")
        {
            name, project, role, expires, models, budgets, requests, tokens, concurrent, CommandOutput.Json, GatewayArguments.Url, GatewayArguments.KeyVariable, GatewayArguments.AllowHttp, GatewayArguments.Tenant,
        };
        command.SetAction((parsed, cancellationToken) => SendAsync(parsed, HttpMethod.Post, Path, Body(parsed), KeyDocument.Kind, cancellationToken));
        return command;

        JsonObject Body(ParseResult parsed)
        {
            var body = new JsonObject { ["name"] = parsed.GetRequiredValue(name) };
            Set(body, "tenant", parsed.GetValue(GatewayArguments.Tenant));
            Set(body, "project", parsed.GetValue(project));
            Set(body, "role", parsed.GetValue(role));
            Set(body, "expires_at", parsed.GetValue(expires)?.ToString("O", CultureInfo.InvariantCulture));
            if (parsed.GetValue(models) is { Length: > 0 } allowed)
                body["allowed_models"] = new JsonArray([.. allowed.Select(static m => JsonValue.Create(m))]);
            if (parsed.GetValue(budgets) is { Length: > 0 } caps)
                body["budgets"] = new JsonObject(caps.Select(static c => Budget(c)!.Value).Select(static c => KeyValuePair.Create(c.Window, (JsonNode?)c.Usd)));
            var limits = new JsonObject();
            Set(limits, "requests_per_minute", parsed.GetValue(requests));
            Set(limits, "tokens_per_minute", parsed.GetValue(tokens));
            Set(limits, "concurrent", parsed.GetValue(concurrent));
            if (limits.Count > 0)
                body["rate_limits"] = limits;
            return body;
        }
    }

    private static Command List()
    {
        var command = new Command("list", "The tenant's keys, the newest first") { CommandOutput.Json, GatewayArguments.Url, GatewayArguments.KeyVariable, GatewayArguments.AllowHttp, GatewayArguments.Tenant };
        command.SetAction((parsed, cancellationToken) => SendAsync(parsed, HttpMethod.Get, GatewayArguments.Read(parsed).Path(Path), null, KeyList.Kind, cancellationToken));
        return command;
    }

    private static Command Rotate()
    {
        var id = new Argument<string>("id") { Description = "As 'keys list' shows it" };
        var overlap = new Option<int>("--overlap") { Description = "Seconds that the old key is still taken" };
        var command = new Command("rotate", "Give a key a new secret and print it, this once") { id, overlap, CommandOutput.Json, GatewayArguments.Url, GatewayArguments.KeyVariable, GatewayArguments.AllowHttp };
        command.SetAction((parsed, cancellationToken) => SendAsync(
            parsed, HttpMethod.Post, $"{Path}/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/rotate", new JsonObject { ["overlap_seconds"] = parsed.GetValue(overlap) }, KeyDocument.Kind, cancellationToken));
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "As 'keys list' shows it" };
        var command = new Command("revoke", "End a key; when it returns, it opens nothing anywhere in the cluster") { id, CommandOutput.Json, GatewayArguments.Url, GatewayArguments.KeyVariable, GatewayArguments.AllowHttp };
        command.SetAction((parsed, cancellationToken) => SendAsync(parsed, HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", null, KeyDocument.Kind, cancellationToken));
        return command;
    }

    private static Task<int> SendAsync(ParseResult parsed, HttpMethod method, string path, JsonObject? body, string kind, CancellationToken cancellationToken) => GatewayArguments.RunAsync(async () =>
    {
        var gateway = new GatewayAddress(new Uri(parsed.GetRequiredValue(GatewayArguments.Url)), parsed.GetRequiredValue(GatewayArguments.KeyVariable), null);
        using var http = gateway.CreateClient();
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request, cancellationToken);
        var answer = await GatewayAnswer.ReadAsync(response, kind, cancellationToken);
        CommandOutput.WriteRaw(answer, console => Write(console, JsonSerializer.Deserialize<JsonElement>(answer)));
        return ExitCode.Success;
    });

    private static void Write(IAnsiConsole console, JsonElement answer)
    {
        var keys = answer.TryGetProperty("data", out var data) ? data.EnumerateArray().ToList() : [answer];
        var table = new Table().AddColumns(Columns);
        foreach (var key in keys)
            table.AddRow([.. Columns.Select(p => Markup.Escape(key.TryGetProperty(p, out var value) ? value.ToString() : string.Empty))]);
        console.Write(table);
        if (answer.TryGetProperty("key", out var text))
            Console.WriteLine($"The key, shown this once: {text.GetString()}");
    }

    private static void Set<T>(JsonObject body, string name, T? value)
    {
        if (value is not null)
            body[name] = JsonValue.Create(value);
    }

    private static (string Window, decimal Usd)? Budget(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && text[..at] is "minute" or "hour" or "day" or "month" && decimal.TryParse(text.AsSpan(at + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd)
            ? (text[..at], usd)
            : null;
    }
}
