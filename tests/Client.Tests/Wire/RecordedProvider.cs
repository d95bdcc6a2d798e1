using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OrleansLlm.Client.Tests.Wire;

/// <summary>
/// Answers with recordings. The <c>user</c> of a request may ask for trouble: <c>flaky-…</c> is told once to come again, <c>slow</c> gets the
/// beginning of a stream and no more.
/// </summary>
internal sealed class RecordedProvider : IAsyncDisposable
{
    private const string ComeAgain = """{"error":{"message":"Come again.","type":"server_error","param":null,"code":null}}""";

    private readonly RawProvider _server;
    private readonly ConcurrentDictionary<string, int> _flaky = new();
    private int _abandoned;

    private RecordedProvider(Func<Func<HttpContext, byte[], Task>, Task<RawProvider>> start) => _server = start(AnswerAsync).GetAwaiter().GetResult();

    public RawProvider Server => _server;

    /// <summary>Slow streams that were cut by their callers.</summary>
    public int Abandoned => _abandoned;

    public static Task<RecordedProvider> StartAsync() => Task.Run(static () => new RecordedProvider(RawProvider.StartAsync));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, byte[] body)
    {
        using var request = JsonDocument.Parse(body);
        var user = request.RootElement.TryGetProperty("user", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : string.Empty;
        if (user.StartsWith("flaky", StringComparison.Ordinal) && _flaky.AddOrUpdate(user, 1, static (_, n) => n + 1) == 1)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "application/json";
            context.Response.Headers["retry-after-ms"] = "20";
            context.Response.Headers["x-should-retry"] = "true";
            await RawProvider.SendAsync(context, ComeAgain);
            return;
        }

        var recording = Recording.Named(body) ?? throw new InvalidOperationException("The request names no recording: " + System.Text.Encoding.UTF8.GetString(body));
        var streamed = request.RootElement.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True && recording.Streamed is not null;
        context.Response.StatusCode = recording.Status;
        foreach (var (name, value) in recording.Headers)
            context.Response.Headers[name] = value;
        context.Response.ContentType = streamed ? "text/event-stream; charset=utf-8" : "application/json";
        var answer = (streamed ? recording.Streamed : recording.Plain)!;
        if (user == "slow")
        {
            // Role, and a first word.
            await context.Response.Body.WriteAsync(answer.AsMemory(0, End(answer, 2)));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            Interlocked.Increment(ref _abandoned);
            return;
        }

        // As a network would: pieces that end anywhere.
        foreach (var piece in answer.Chunk(streamed ? 97 : int.MaxValue))
        {
            await context.Response.Body.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
        }
    }

    private static int End(byte[] stream, int events)
    {
        var at = 0;
        for (var i = 0; i < events; i++)
            at += stream.AsSpan(at).IndexOf("\n\n"u8) + 2;
        return at;
    }
}
