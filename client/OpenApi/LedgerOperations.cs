using OrleansLlm.Client.Endpoints;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.OpenApi;

/// <summary>What the reference says of the endpoints that tell about money.</summary>
internal static class LedgerOperations
{
    private const string Group = "Money";
    private const string Instant = """{"type":"string","format":"date-time"}""";

    private static readonly ApiParameter From = new("from", "First instant, UTC; default 30 days ago.", Schema: Instant);
    private static readonly ApiParameter To = new("to", "The instant after the last, UTC; default now.", Schema: Instant);
    private static readonly ApiParameter Tenant = new("tenant", "One tenant; by default every one that the key may see. Another's than the key's own is for operators.");

    public static ApiOperation Savings { get; } = new("getSavings", Group, "What a period cost and what each layer saved in it.")
    {
        Parameters = [From, To, Tenant],
        Replies = [new(200, "The sums, by layer, tenant, project, model, day and hour.", ApiContent.Json(LedgerJson.Default.SavingsReport))],
        Errors = [400, 403, 404],
    };

    public static ApiOperation Forecast { get; } = new("getForecast", Group, "What this month will cost with the layers and without.")
    {
        Parameters = [Tenant],
        Replies = [new(200, "The forecast; without figures before three whole days of requests.", ApiContent.Json(AdminJson.Default.ForecastDocument))],
        Errors = [400, 403, 404],
    };

    public static ApiOperation Questions { get; } = new("listQuestions", Group, "The questions that the money goes to.")
    {
        Description = "By hash; with their words where `OrleansLlm:Ledger:KeepQuestions` is on.",
        Parameters = [From, To, Tenant, new("by", "What comes first: `money` (default), what they would have cost without the layers, or `count`, how often they were asked.", Schema: """{"type":"string","enum":["money","count"]}"""), new("count", "How many; default 20.", Schema: """{"type":"integer","minimum":1,"maximum":1000}""")],
        Replies = [new(200, "The questions.", ApiContent.Json(LedgerJson.Default.QuestionMoneyArray))],
        Errors = [400, 403, 404],
    };

    public static ApiOperation WhatIf { get; } = new("getWhatIf", Group, "What other thresholds would have saved.")
    {
        Description = "By the scores in the ledger. It says nothing of how many of those answers would have been right.",
        Parameters = [From, To, Tenant],
        Replies = [new(200, "A row for each threshold, the lowest first.", ApiContent.Json(LedgerJson.Default.WhatIfRowArray))],
        Errors = [400, 403, 404],
    };

    public static ApiOperation Export { get; } = new("exportLedger", Group, "The single entries of a period.")
    {
        Parameters = [From, To, Tenant, new("format", "Their form; default `jsonl`.", Schema: """{"type":"string","enum":["jsonl","csv","parquet"]}""")],
        Replies =
        [
            new(200, "The entries, oldest first; of JSON lines, each is one.", new("application/x-ndjson", LedgerJson.Default.LedgerEntry), new("text/csv"), new("application/vnd.apache.parquet")),
        ],
        Errors = [400, 403, 404],
    };

    public static ApiOperation Budgets { get; } = new("listBudgets", Group, "How far the caps in use are used.")
    {
        Parameters = [new("tenant", "The tenant; by default the key's own. Another's is for operators.")],
        Replies = [new(200, "The caps in windows still open.", ApiContent.Json(AdminJson.Default.BudgetList))],
        Errors = [403, 404],
    };
}
