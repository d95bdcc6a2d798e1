using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>A provider that adds up what it would bill: every call it was sent, whether its answer arrived or not.</summary>
internal sealed class CostingUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ModelPrice _price = PriceCatalog.Default.Find("gpt-4o")!;
    private readonly ConcurrentDictionary<string, decimal> _billed = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();
    private readonly TimeSpan _delay;
    private decimal _billedUsd;

    private CostingUpstream(WebApplication app, TimeSpan delay)
    {
        _app = app;
        _delay = delay;
        app.MapPost("/v1/chat/completions", AnswerAsync);
    }

    public string Endpoint => _app.Urls.First() + "/v1";

    public decimal BilledUsd
    {
        get
        {
            lock (_adding)
                return _billedUsd;
        }
    }

    public int Calls => _billed.Count;

    public static async Task<CostingUpstream> StartAsync(TimeSpan delay)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var upstream = new CostingUpstream(builder.Build(), delay);
        await upstream._app.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
    }

    public bool WasAsked(string question) => _billed.ContainsKey(question);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        var question = request.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
        var most = request.RootElement.GetProperty("max_completion_tokens").GetInt32();
        var usage = new TokenUsage(20, Random.Shared.Next(1, most + 1));
        var cost = CostCalculator.Cost(_price, usage);
        lock (_adding)
            _billedUsd += cost;
        _billed.AddOrUpdate(question, cost, (_, before) => before + cost);
        await Task.Delay(_delay);
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(
            $$$"""{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Yes."},"finish_reason":"stop"}],"usage":{"prompt_tokens":{{{usage.PromptTokens}}},"completion_tokens":{{{usage.CompletionTokens}}},"total_tokens":{{{usage.PromptTokens + usage.CompletionTokens}}}}}"""));
    }
}
