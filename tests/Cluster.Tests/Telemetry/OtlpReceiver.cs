using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansLlm.Cluster.Tests.Telemetry;

/// <summary>A collector: takes OTLP over HTTP and reads of it what tests ask for.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    /// <summary>Names of metrics that came.</summary>
    public ConcurrentDictionary<string, byte> Metrics { get; } = new();

    /// <summary>Every body, as it came.</summary>
    public ConcurrentQueue<byte[]> Bodies { get; } = new();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            receiver.Take(context.Request.Path, body.ToArray());
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The first span that <paramref name="wanted"/> says is it.</summary>
    public async Task<OtlpSpan> WaitAsync(Func<OtlpSpan, bool> wanted)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (Spans.FirstOrDefault(wanted) is { } span)
                return span;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("No such span came; there came: " + string.Join(", ", Spans.Select(s => $"{s.Name} ({s.Kind}, {s.TraceId}, under {s.ParentId})").Distinct()));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private void Take(string path, byte[] body)
    {
        Bodies.Enqueue(body);
        // opentelemetry-proto: Export{Trace,Metrics}ServiceRequest { resource_* = 1 { scope_* = 2 { spans or metrics = 2 } } }
        foreach (var resource in OtlpMessage.Read(body).All(1))
        {
            foreach (var scope in OtlpMessage.Read(resource).All(2))
            {
                foreach (var item in OtlpMessage.Read(scope).All(2))
                {
                    if (path == "/v1/traces")
                        Spans.Enqueue(OtlpSpan.Read(OtlpMessage.Read(item)));
                    else if (path == "/v1/metrics")
                        Metrics[OtlpMessage.Read(item).Text(1)] = 0;
                }
            }
        }
    }
}
