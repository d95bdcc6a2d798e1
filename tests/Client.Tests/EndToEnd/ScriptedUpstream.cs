using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>An endpoint in a provider's place (OpenAI's chat, Anthropic's messages) that answers each question with the bytes it was given for it, as no simulator may.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (int Status, string ContentType, string Body)> _answers = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();

    private ScriptedUpstream(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/chat/completions", AnswerAsync);
        app.MapPost("/v1/messages", AnswerAsync);
    }

    public string Endpoint => _app.Urls.First() + "/v1";

    public static async Task<ScriptedUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var upstream = new ScriptedUpstream(builder.Build());
        await upstream._app.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
    }

    public void Answer(string question, string contentType, string body, int status = 200) => _answers[question] = (status, contentType, body);

    /// <summary>What it was sent.</summary>
    public ConcurrentQueue<(string Body, Dictionary<string, string> Headers)> Requests { get; } = new();

    public int CallsFor(string question) => _calls.GetValueOrDefault(question);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var sent = await reader.ReadToEndAsync();
        Requests.Enqueue((sent, context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal)));
        using var request = JsonDocument.Parse(sent);
        var content = request.RootElement.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
        var question = content.ValueKind == JsonValueKind.Array ? content[0].GetProperty("text").GetString()! : content.GetString()!;
        _calls.AddOrUpdate(question, 1, static (_, n) => n + 1);
        var (status, contentType, body) = _answers[question];
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
    }
}
