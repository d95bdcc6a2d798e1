using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace OrleansLlm.Bench.Gateway;

/// <summary>Sends chat requests to one address and times them.</summary>
internal sealed class LoadClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _url;

    public LoadClient(string baseUrl, string? key = null)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxConnectionsPerServer = 256 });
        if (key is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _url = baseUrl.TrimEnd('/') + "/chat/completions";
    }

    public static byte[] Body(string question, bool stream = false) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        model = "gpt-4o",
        stream,
        messages = new[] { new { role = "system", content = "You answer questions about the compliance handbook." }, new { role = "user", content = question } },
    });

    /// <summary>Milliseconds until the whole answer is there, and what the cache said.</summary>
    public async Task<(double Milliseconds, string? Cache)> SendAsync(byte[] body)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await PostAsync(body);
        await response.Content.CopyToAsync(System.IO.Stream.Null);
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return (elapsed, response.Headers.TryGetValues("x-orleansllm-cache", out var cache) ? cache.First() : null);
    }

    /// <summary>Milliseconds until the first byte of the answer's body.</summary>
    public async Task<double> FirstByteAsync(byte[] body)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await PostAsync(body);
        await using var content = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[16 * 1024];
        if (await content.ReadAsync(buffer) == 0)
            throw new InvalidDataException("the stream was empty");
        var first = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        while (await content.ReadAsync(buffer) > 0)
        {
        }

        return first;
    }

    /// <summary>Answers a second with <paramref name="concurrency"/> callers that each wait for their answer.</summary>
    public async Task<(double PerSecond, long Count)> SaturateAsync(Func<byte[]> body, int concurrency, TimeSpan duration)
    {
        long count = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                await SendAsync(body());
                Interlocked.Increment(ref count);
            }
        }));
        return (count / Stopwatch.GetElapsedTime(started).TotalSeconds, count);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> PostAsync(byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.EnsureSuccessStatusCode();
    }
}
