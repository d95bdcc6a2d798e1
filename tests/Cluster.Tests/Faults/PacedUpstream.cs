using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>A provider that takes its time, answers every question with words of its own, and counts how often each was asked.</summary>
internal sealed class PacedUpstream : IAsyncDisposable
{
    private const int Words = 25;

    private readonly WebApplication _app;
    private readonly TimeSpan _plain;
    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);

    private PacedUpstream(WebApplication app, TimeSpan plain)
    {
        _app = app;
        _plain = plain;
        app.MapPost("/v1/chat/completions", AnswerAsync);
    }

    public string Endpoint => _app.Urls.First() + "/v1";

    public int Calls => _calls.Values.Sum();

    /// <summary>Starts one that thinks so long about a plain answer; a streamed one comes in 25 words, as far apart as its question says.</summary>
    public static async Task<PacedUpstream> StartAsync(TimeSpan plain)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var upstream = new PacedUpstream(builder.Build(), plain);
        await upstream._app.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
    }

    /// <summary>A question whose streamed answer takes about so long.</summary>
    public static string Lasting(string question, TimeSpan stream) => $"{question} [{stream.TotalMilliseconds / Words:0}]";

    public static string AnswerTo(string question) => $"The answer to <{question}> is yes.";

    public int CallsFor(string question) => _calls.GetValueOrDefault(question);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        var question = request.RootElement.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
        _calls.AddOrUpdate(question, 1, static (_, n) => n + 1);
        var answer = AnswerTo(question);
        if (!(request.RootElement.TryGetProperty("stream", out var stream) && stream.GetBoolean()))
        {
            await Task.Delay(_plain);
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new
            {
                id = "c", @object = "chat.completion", created = 1, model = "gpt-4o",
                choices = new[] { new { index = 0, message = new { role = "assistant", content = answer }, finish_reason = "stop" } },
                usage = new { prompt_tokens = 20, completion_tokens = 20, total_tokens = 40 },
            }));
            return;
        }

        var pause = question.LastIndexOf('[') is var at and >= 0 && int.TryParse(question[(at + 1)..^1], out var milliseconds) ? milliseconds : 20;
        context.Response.ContentType = "text/event-stream";
        for (var word = 0; word < Words; word++)
        {
            await WriteAsync(context, new { index = 0, delta = new { content = word == 0 ? answer : " …" }, finish_reason = (string?)null });
            await Task.Delay(pause);
        }

        await WriteAsync(context, new { index = 0, delta = new { }, finish_reason = "stop" });
        await context.Response.WriteAsync(
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":20,\"total_tokens\":40}}\n\ndata: [DONE]\n\n");
    }

    private static async Task WriteAsync(HttpContext context, object choice)
    {
        var chunk = JsonSerializer.Serialize(new { id = "c", @object = "chat.completion.chunk", created = 1, model = "gpt-4o", choices = new[] { choice } });
        await context.Response.WriteAsync($"data: {chunk}\n\n");
        await context.Response.Body.FlushAsync();
    }
}
