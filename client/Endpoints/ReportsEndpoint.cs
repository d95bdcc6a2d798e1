using System.Globalization;
using System.Net.Mime;
using System.Text.Json.Serialization;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Ledger;
using OrleansLlm.Client.Pages.Savings;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>
/// <c>GET /admin/v1/forecast</c>, <c>/admin/v1/questions</c> and <c>/admin/v1/whatif</c>, of <c>from</c>, <c>to</c> and <c>tenant</c>: the month to come,
/// the dearest questions, other thresholds.
/// </summary>
internal sealed class ReportsEndpoint(SavingsEndpoint savings, LedgerReader reader, CallerAuthentication callers, TenantDirectory tenants, TimeProvider time)
{
    private const int DaysOfForecast = 31;
    private const int DefaultCount = 20;
    private const int MostCount = 1000;

    public async Task ForecastAsync(HttpContext context)
    {
        if (await LedgerPeriod.ReadAsync(context, callers, tenants, time) is not { } period)
            return;
        var now = time.GetUtcNow();
        var from = now.AddDays(-DaysOfForecast);
        var forecast = MonthForecast.Of((await savings.ReportAsync(period with { From = from, To = now })).ByHour, now);
        await context.Response.WriteAsJsonAsync(
            new ForecastDocument(
                now.ToString("yyyy-MM", CultureInfo.InvariantCulture), forecast?.Days ?? 0, forecast?.CostUsd, forecast?.CostMarginUsd, forecast?.CostUsd + forecast?.SavedUsd, forecast?.SavedUsd),
            AdminJson.Default.ForecastDocument,
            cancellationToken: context.RequestAborted);
    }

    public async Task QuestionsAsync(HttpContext context)
    {
        if (await LedgerPeriod.ReadAsync(context, callers, tenants, time) is not { } period)
            return;
        var count = int.TryParse(context.Request.Query["count"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, MostCount) : DefaultCount;
        var by = context.Request.Query["by"].ToString();
        if (by is not ("" or "money" or "count"))
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, new RequestProblem("'by' is money or count.", "by", "invalid_value"));
            return;
        }

        var questions = new TopQuestions();
        await ForEachAsync(period, questions.Add, context.RequestAborted);
        await WriteAsync(context, TopQuestions.ToUtf8Json(by == "count" ? questions.MostAsked(count) : questions.Top(count)));
    }

    public async Task WhatIfAsync(HttpContext context)
    {
        if (await LedgerPeriod.ReadAsync(context, callers, tenants, time) is not { } period)
            return;
        var whatIf = new WhatIf();
        await ForEachAsync(period, whatIf.Add, context.RequestAborted);
        await WriteAsync(context, whatIf.ToUtf8Json());
    }

    private static Task WriteAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = MediaTypeNames.Application.Json;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }

    private async Task ForEachAsync(LedgerPeriod period, Action<LedgerEntry> add, CancellationToken cancellationToken)
    {
        await foreach (var piece in reader.ReadAsync(period.Tenants, period.From, period.To, cancellationToken))
        {
            foreach (var entry in piece)
                add(entry);
        }
    }
}

/// <summary>What a month will have cost.</summary>
/// <param name="Month">The month, e.g. 2026-11, UTC.</param>
/// <param name="Days">Whole days that the figures rest on.</param>
/// <param name="CostUsd">Expected cost in USD; null before three whole days.</param>
/// <param name="CostMarginUsd">Half the width of its interval.</param>
/// <param name="BaselineUsd">Expected cost without the layers.</param>
/// <param name="SavedUsd">Expected saving.</param>
internal sealed record ForecastDocument(
    string Month,
    int Days,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? CostUsd,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? CostMarginUsd,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? BaselineUsd,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? SavedUsd);
