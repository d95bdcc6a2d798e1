using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace OrleansLlm.Client.Tests.Wire;

/// <summary>A real HTTP server in a provider's place: keeps the bytes it is sent and answers as told.</summary>
internal sealed class RawProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RawProvider(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public string Endpoint => Url + "/v1";

    public ConcurrentQueue<(string Path, byte[] Body)> Requests { get; } = new();

    public static async Task<RawProvider> StartAsync(Func<HttpContext, byte[], Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(static k => k.Limits.MinResponseDataRate = null);
        builder.Logging.ClearProviders();
        var provider = new RawProvider(builder.Build());
        provider._app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            provider.Requests.Enqueue((context.Request.GetEncodedPathAndQuery(), body.ToArray()));
            await answer(context, body.ToArray());
        });
        await provider._app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    /// <summary>Settings that make it the gateway's only provider, whose failures reach the caller as they are.</summary>
    public Dictionary<string, string?> Settings() => new()
    {
        ["OrleansLlm:Providers:raw:Endpoint"] = Endpoint,
        ["OrleansLlm:Resilience:MaxRetries"] = "0",
        ["OrleansLlm:Resilience:BreakerMinimumCalls"] = "10000",
    };

    public static async Task SendAsync(HttpContext context, string text)
    {
        await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), CancellationToken.None);
        await context.Response.Body.FlushAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(impatient.Token);
        await _app.DisposeAsync();
    }
}
