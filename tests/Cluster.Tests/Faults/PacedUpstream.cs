using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>A provider that takes its time, answers every question with words of its own, and counts how often each was asked.</summary>
internal sealed class PacedUpstream : IAsyncDisposable
{
    /// <summary>Tokens of every prompt and of every answer, as this provider bills them.</summary>
    public const int PromptTokens = 20;
    public const int CompletionTokens = 20;

    private const int Words = 25;

    private readonly WebApplication _app;
    private readonly TimeSpan _plain;
    private readonly ConcurrentQueue<ProviderCall> _calls = new();
    private readonly CancellationTokenSource _hurry = new();
    private int _serial;

    private PacedUpstream(WebApplication app, TimeSpan plain)
    {
        _app = app;
        _plain = plain;
        app.MapPost("/v1/chat/completions", AnswerAsync);
    }

    public string Endpoint => _app.Urls.First() + "/v1";

    /// <summary>Every call, in the order of their numbers or nearly so.</summary>
    public IReadOnlyCollection<ProviderCall> Calls => _calls;

    /// <summary>Starts one that thinks so long about a plain answer; a streamed one comes in 25 words, as far apart as its question says.</summary>
    public static async Task<PacedUpstream> StartAsync(TimeSpan plain, string address = "127.0.0.1")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://{address}:0");
        builder.Logging.ClearProviders();
        var upstream = new PacedUpstream(builder.Build(), plain);
        await upstream._app.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
    }

    /// <summary>A question whose streamed answer takes about so long.</summary>
    public static string Lasting(string question, TimeSpan stream) => $"{question} [{stream.TotalMilliseconds / Words:0}]";

    /// <summary>What the answer to a question begins with, before the number of the call that made it.</summary>
    public static string AnswerTo(string question) => $"The answer to {question} is yes, says call ";

    /// <summary>From now on it thinks about nothing any longer, what it is at included.</summary>
    public Task HurryAsync() => _hurry.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _hurry.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        var messages = request.RootElement.GetProperty("messages");
        var question = messages[messages.GetArrayLength() - 1].GetProperty("content").GetString()!;
        var call = new ProviderCall(Interlocked.Increment(ref _serial), Stopwatch.GetTimestamp(), messages[0].GetProperty("content").GetString()!);
        _calls.Enqueue(call);
        var answer = string.Create(CultureInfo.InvariantCulture, $"{AnswerTo(question)}{call.Serial}.");
        if (!(request.RootElement.TryGetProperty("stream", out var stream) && stream.GetBoolean()))
        {
            await Task.Delay(_plain, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new
            {
                id = "c", @object = "chat.completion", created = 1, model = "gpt-4o",
                choices = new[] { new { index = 0, message = new { role = "assistant", content = answer }, finish_reason = "stop" } },
                usage = new { prompt_tokens = PromptTokens, completion_tokens = CompletionTokens, total_tokens = PromptTokens + CompletionTokens },
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
        var usage = JsonSerializer.Serialize(new
        {
            id = "c", @object = "chat.completion.chunk", created = 1, model = "gpt-4o", choices = Array.Empty<object>(),
            usage = new { prompt_tokens = PromptTokens, completion_tokens = CompletionTokens, total_tokens = PromptTokens + CompletionTokens },
        });
        await context.Response.WriteAsync($"data: {usage}\n\ndata: [DONE]\n\n");
    }

    private static async Task WriteAsync(HttpContext context, object choice)
    {
        var chunk = JsonSerializer.Serialize(new { id = "c", @object = "chat.completion.chunk", created = 1, model = "gpt-4o", choices = new[] { choice } });
        await context.Response.WriteAsync($"data: {chunk}\n\n");
        await context.Response.Body.FlushAsync();
    }
}

/// <summary>A call as its provider saw it.</summary>
/// <param name="Serial">Its number, which stands in its answer.</param>
/// <param name="Began">Timestamp.</param>
/// <param name="Instructions">The first message.</param>
internal sealed record ProviderCall(int Serial, long Began, string Instructions);
