using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace OrleansLlm.Cluster.Tests.Storage;

/// <summary>
/// The real gateway process with its embedded store, killed again and again while it writes. <c>ORLEANSLLM_CHAOS_ROUNDS</c> sets how often
/// (2 where it is not set; <c>./test.sh --chaos</c>: 100).
/// </summary>
public sealed class CrashLoopTests(ITestOutputHelper output)
{
    // The flush interval, and what a busy machine may add to it before the write reaches the store.
    private static readonly TimeSpan Unflushed = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Kill_WhileWriting_LosesAtMostTheUnflushedBatch()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") ?? "2", CultureInfo.InvariantCulture);
        var data = Directory.CreateTempSubdirectory("orleansllm-crash-");
        var random = new Random(11);
        var kept = new Dictionary<string, string>();
        var oldestLost = TimeSpan.Zero;
        var (asked, lost) = (0, 0);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                var answered = new List<(string Question, string Answer, long At)>();
                long killed;
                await using (var gateway = await Gateway.StartAsync(data.FullName))
                {
                    // The first miss of a process takes long.
                    await gateway.AskAsync($"What does edition {round} of the handbook say?");
                    using var stop = new CancellationTokenSource();
                    var writers = Enumerable.Range(0, 2).Select(async writer =>
                    {
                        for (var i = 0; !stop.IsCancellationRequested; i++)
                        {
                            var question = $"What does paragraph {round * 100_000 + writer * 50_000 + i} of the handbook say?";
                            try
                            {
                                var (_, answer) = await gateway.AskAsync(question);
                                lock (answered)
                                    answered.Add((question, answer, Stopwatch.GetTimestamp()));
                            }
                            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
                            {
                                // Killed in the middle of an answer.
                                return;
                            }
                        }
                    }).ToArray();
                    await Task.Delay(random.Next(400, 1500), TestContext.Current.CancellationToken);
                    killed = Stopwatch.GetTimestamp();
                    gateway.Kill();
                    await stop.CancelAsync();
                    await Task.WhenAll(writers);
                }

                await using var after = await Gateway.StartAsync(data.FullName);
                Assert.NotEmpty(answered);
                foreach (var (question, answer, at) in answered)
                {
                    var (cache, again) = await after.AskAsync(question);
                    Assert.Equal(answer, again);
                    asked++;
                    var age = Stopwatch.GetElapsedTime(at, killed);
                    if (cache == "exact")
                    {
                        kept[question] = answer;
                        continue;
                    }

                    lost++;
                    oldestLost = age > oldestLost ? age : oldestLost;
                    Assert.True(age <= Unflushed + Busy, $"round {round}: an answer given {age.TotalMilliseconds:0} ms before the kill was lost");
                }

                // What one crash spared, no later one takes.
                foreach (var (question, answer) in kept.OrderBy(_ => random.Next()).Take(50))
                    Assert.Equal(("exact", answer), await after.AskAsync(question));
                Assert.DoesNotContain("damaged", after.Log, StringComparison.Ordinal);
                after.Kill();
            }
        }
        finally
        {
            data.Delete(recursive: true);
        }

        output.WriteLine($"{rounds} rounds: {asked} answers, {lost} lost, the oldest {oldestLost.TotalMilliseconds:0} ms before its kill");
    }

    private sealed class Gateway : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _http;
        private readonly System.Text.StringBuilder _log = new();

        private Gateway(Process process, string url)
        {
            _process = process;
            _http = new HttpClient { BaseAddress = new Uri(url) };
            process.OutputDataReceived += Append;
            process.ErrorDataReceived += Append;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public string Log
        {
            get
            {
                lock (_log)
                    return _log.ToString();
            }
        }

        public static async Task<Gateway> StartAsync(string data)
        {
            var url = "http://127.0.0.1:" + FreePort();
            var start = new ProcessStartInfo("dotnet") { ArgumentList = { Path.Combine(AppContext.BaseDirectory, "orleansllm.dll") }, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["ORLEANSLLM_URLS"] = url;
            start.Environment["ORLEANSLLM_DATA"] = data;
            start.Environment["OrleansLlm__Simulator__FirstTokenLatency"] = "00:00:00";
            start.Environment["OrleansLlm__Simulator__TokensPerSecond"] = "0";
            start.Environment["OrleansLlm__Gateway__CacheTimeout"] = "00:00:20";
            // Only the exact entry counts here.
            start.Environment["OrleansLlm__Cache__AcceptThreshold"] = "1";
            var gateway = new Gateway(Process.Start(start)!, url);
            for (var attempt = 0; attempt < 600; attempt++)
            {
                try
                {
                    if (gateway._process.HasExited)
                        break;
                    using var ready = await gateway._http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
                    if (ready.IsSuccessStatusCode)
                        return gateway;
                }
                catch (HttpRequestException)
                {
                }

                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            await gateway.DisposeAsync();
            throw new InvalidOperationException("The gateway did not start: " + gateway.Log);
        }

        public async Task<(string Cache, string Answer)> AskAsync(string question)
        {
            using var response = await _http.PostAsJsonAsync(
                "/v1/chat/completions", new { model = "gpt-4o", messages = new[] { new { role = "user", content = question } } }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var body = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            return (response.Headers.GetValues("x-orleansllm-cache").Single(), body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!);
        }

        /// <summary>As <c>kill -9</c>.</summary>
        public void Kill() => _process.Kill();

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _http.Dispose();
        }

        private static string FreePort()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        }

        private void Append(object sender, DataReceivedEventArgs e)
        {
            lock (_log)
                _log.AppendLine(e.Data);
        }
    }
}
