using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace OrleansLlm.Cluster.Tests.Upstream;

/// <summary>A real HTTP server in a provider's place: says what it was sent and answers as told.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    /// <summary>Where an answer finds the body that it answers, among the context's items.</summary>
    public const string BodyItem = "body";

    private readonly WebApplication _app;

    private FakeProvider(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public ConcurrentQueue<(string Url, string Body, Dictionary<string, string> Headers)> Requests { get; } = new();

    /// <summary>Cancelled for each request whose caller has gone.</summary>
    public TaskCompletionSource CallerGone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<FakeProvider> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AllowSynchronousIO = false;
            k.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        });
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var provider = new FakeProvider(app);
        app.Run(async context =>
        {
            context.RequestAborted.Register(() => provider.CallerGone.TrySetResult());
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            context.Items[BodyItem] = body;
            provider.Requests.Enqueue((
                context.Request.GetEncodedPathAndQuery(), body,
                context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal)));
            await answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    public static Func<HttpContext, Task> Reply(int status, string body, string contentType = "application/json", params (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body, TestContext.Current.CancellationToken);
    };

    public async ValueTask DisposeAsync()
    {
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(impatient.Token);
        await _app.DisposeAsync();
    }
}
