using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Tests.Gateway;

public sealed class StreamPassTests
{
    private const string Asked = """{"model":"m","stream":true,"messages":[{"role":"user","content":"Which desk?"}]}""";
    private const string Chunk = """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]}""";
    private const string Usage = """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}""";
    private const string Stop = """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string Done = "data: [DONE]\n\n";
    private const string NoMarker = "The provider's stream ended before its end marker.";

    private static readonly Gen<string> Event = Gen.OneOf(
        Gen.Const(Chunk + "\n\n"), Gen.Const(": a comment\n\n"), Gen.Const(Chunk + "\r\n\r\n"), Gen.Const(Usage + "\n\n"),
        Gen.Int[1, 3000].Select(static n => Chunk.Replace(" word", new string('x', n), StringComparison.Ordinal) + "\n\n"));

    // Its slow twin: the whole stream cut into events at once, one after the other into an array.
    [Fact]
    public async Task RunAsync_CutAnywhereReadAtAnyPace_PassesEveryByteInOrder() =>
        await Gen.Select(Event.Array[0, 30], Gen.Int[1, 5000].Array[1, 10], Gen.Int[0, 2], Gen.Int[0, 3].Array[1, 5], Gen.Select(Gen.Int[500, 20_000], Gen.Bool)).SampleAsync(async (events, sizes, ending, paces, holding) =>
        {
            var (limit, isPrivate) = holding;
            var stream = Encoding.UTF8.GetBytes(string.Concat(events) + (ending == 0 ? string.Empty : Done));
            var (passed, held, twin) = Twin(stream);

            await using var body = new Body(stream, sizes, paces, pushes: ending == 1);
            using var run = Run(limit, isPrivate);
            var reader = run.TryAttach()!;
            var reading = ReadAsync(reader, paces);
            var joined = !isPrivate && run.TryAttach() is { } other ? ReadAsync(other, [0]) : null;
            var aggregator = new ChatAggregator();
            await using var pass = Pass(run, body, aggregator);
            var (abandoned, broken) = await pass.RunAsync();
            run.SetEnd(new RunEnd(null));

            Assert.Equal((false, twin.IsDone), (abandoned, broken is null));
            Assert.Equal(passed, await reading);
            if (joined is not null)
                Assert.Equal(passed, await joined);
            Assert.Equal(held, run.Body.Held ?? []);
            Assert.Equal((twin.Text, twin.Usage), (aggregator.Text, aggregator.Usage));
        }, iter: 200, threads: 2);

    [Fact]
    public async Task RunAsync_ProviderFallsSilent_SaysSo()
    {
        await using var body = new Body(Encoding.UTF8.GetBytes(Chunk + "\n\n"), [1000], [0], pushes: true) { HangsAtEnd = true };
        using var run = Run();
        await using var pass = Pass(run, body, new ChatAggregator(), TimeSpan.FromMilliseconds(200));
        Assert.Equal((false, "The provider's stream fell silent."), await pass.RunAsync());
    }

    [Fact]
    public async Task RunAsync_ReaderLeaves_IsAbandonedAndTheProviderCut()
    {
        await using var body = new Body(Encoding.UTF8.GetBytes(Chunk + "\n\n"), [1000], [0], pushes: true) { HangsAtEnd = true };
        using var run = Run();
        var reader = run.TryAttach()!;
        await using var pass = Pass(run, body, new ChatAggregator());
        var passing = pass.RunAsync();
        run.Detach(reader);
        Assert.Equal((true, null), await passing);
        await body.Cut.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RunAsync_ReaderLeavesWhileTheBufferIsFull_IsAbandoned()
    {
        await using var body = new Body(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Chunk + "\n\n", 50))), [1000], [0], pushes: true);
        using var run = Run(limit: 500);
        var reader = run.TryAttach()!;
        await using var pass = Pass(run, body, new ChatAggregator());
        var passing = pass.RunAsync();
        Assert.False(passing.IsCompleted);
        run.Detach(reader);
        Assert.Equal((true, null), await passing);
    }

    [Fact]
    public async Task RunAsync_LargerThanAllowed_IsCut()
    {
        await using var body = new Body(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Chunk + "\n\n", 1000))), [1000], [0], pushes: true);
        using var run = Run();
        await using var pass = Pass(run, body, new ChatAggregator(), most: 64 * 1024);
        Assert.Equal((false, "The provider's answer is larger than the gateway allows."), await pass.RunAsync());
        Assert.True(run.Body.Length < 70_000);
        await body.Cut.WaitAsync(TestContext.Current.CancellationToken);
    }

    // An image in one event.
    [Fact]
    public async Task RunAsync_OneEventOfMegabytes_IsPassed()
    {
        var stream = Encoding.UTF8.GetBytes(Chunk.Replace(" word", new string('x', 5 * 1024 * 1024), StringComparison.Ordinal) + "\n\n" + Done);
        await using var body = new Body(stream, [ushort.MaxValue], [0], pushes: true);
        using var run = Run();
        var reading = ReadAsync(run.TryAttach()!, [0]);
        await using var pass = Pass(run, body, new ChatAggregator(), most: 32 * 1024 * 1024);
        Assert.Equal((false, null), await pass.RunAsync());
        run.SetEnd(new RunEnd(null));
        Assert.Equal(stream.AsSpan(0, stream.Length - Done.Length).ToArray(), await reading);
    }

    [Fact]
    public async Task RunAsync_OneEventLargerThanAllowed_IsCut()
    {
        await using var body = new Body(Encoding.UTF8.GetBytes(Chunk.Replace(" word", new string('x', 200_000), StringComparison.Ordinal) + "\n\n" + Done), [1000], [0], pushes: true);
        using var run = Run();
        await using var pass = Pass(run, body, new ChatAggregator(), most: 64 * 1024);
        Assert.Equal((false, "The provider's answer is larger than the gateway allows."), await pass.RunAsync());
        Assert.Equal(0, run.Body.Length);
        await body.Cut.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RunAsync_ProviderBreaksOff_SaysSo()
    {
        await using var body = new Body(Encoding.UTF8.GetBytes(Chunk + "\n\n"), [1000], [0], pushes: true) { BreaksAtEnd = true };
        using var run = Run();
        await using var pass = Pass(run, body, new ChatAggregator());
        Assert.Equal((false, "The provider's stream broke off."), await pass.RunAsync());
    }

    // Several servers end their streams without the marker, which clients do not miss.
    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(2, 2, null)]
    [InlineData(2, 1, NoMarker)]
    [InlineData(1, 0, NoMarker)]
    public async Task RunAsync_NoEndMarker_IsWholeOnceEveryChoiceHasEnded(int asked, int ended, string? broken)
    {
        var events = Enumerable.Range(0, asked).Select(static i => Of(Chunk, i)).Concat(Enumerable.Range(0, ended).Select(static i => Of(Stop, i))).Append(Usage + "\n\n");
        await using var body = new Body(Encoding.UTF8.GetBytes(string.Concat(events)), [1000], [0], pushes: true);
        using var run = Run(choices: asked);
        var aggregator = new ChatAggregator();
        await using var pass = Pass(run, body, aggregator);
        Assert.Equal((false, broken), await pass.RunAsync());
        Assert.False(aggregator.IsCacheable);

        static string Of(string chunk, int index) => chunk.Replace("\"index\":0", $"\"index\":{index}", StringComparison.Ordinal) + "\n\n";
    }

    // Of a provider that keeps its connection open after its end nobody waits for more; its reply is let go of once that has been long enough.
    [Fact]
    public async Task RunAsync_ProviderStaysAfterItsEnd_IsNotWaitedFor()
    {
        var body = new Body(Encoding.UTF8.GetBytes(Chunk + "\n\n" + Done + Chunk + "\n\n"), [Chunk.Length + 2, Done.Length, 1000], [0], pushes: true) { HangsAtEnd = true };
        using (var run = Run())
        {
            var pass = Pass(run, body, new ChatAggregator());
            Assert.Equal((false, null), await pass.RunAsync());
            Assert.Equal((Chunk.Length + 2, Done), (run.Body.Length, Encoding.UTF8.GetString(run.Body.Held!)));
            await pass.DisposeAsync();
            Assert.False(body.Disposed.IsCompleted);
        }

        await body.Cut.WaitAsync(TestContext.Current.CancellationToken);
        await body.Disposed.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static (byte[] Passed, byte[] Held, ChatAggregator Aggregator) Twin(byte[] stream)
    {
        var (passed, held, aggregator, parser) = (new List<byte>(), new List<byte>(), new ChatAggregator(), new SseParser(1024 * 1024));
        parser.Feed(stream);
        parser.Complete();
        while (parser.TryRead(out var frame))
        {
            // Usage that the caller did not ask for.
            if (!aggregator.Add(frame.Data))
                (aggregator.IsDone ? held : passed).AddRange(frame.Raw.Span);
        }

        return ([.. passed], [.. held], aggregator);
    }

    private static QueryRun Run(long limit = long.MaxValue, bool isPrivate = false, int choices = 1)
    {
        var bytes = Encoding.UTF8.GetBytes(Asked.Replace("\"stream\"", $"\"n\":{choices},\"stream\"", StringComparison.Ordinal));
        Assert.Null(WireForms.Of(WireForm.ChatCompletions).Read(bytes, null, out var chat));
        var policy = new TenantPolicy { TenantId = "t", Cache = LayerMode.Off, Routing = LayerMode.Off, Compression = LayerMode.Off, CacheTimeToLive = TimeSpan.FromHours(1) };
        var request = Admission.Of("req", policy, chat!, bytes, null, RequestControls.Default, Caller.None).Request;
        return new QueryRun(new Query(request, chat!, policy, "p", TimeProvider.System.GetTimestamp()), limit, isPrivate);
    }

    private static StreamPass Pass(QueryRun run, Body body, ChatAggregator aggregator, TimeSpan? silence = null, int most = 1024 * 1024)
    {
        var telemetry = new GenAiTelemetry(new Meters(), Options.Create(new TelemetryOptions()));
        var call = new CallUnderWay(
            run, CacheLookup.Bypass("Test"), RouteLayer.Requested(run.Query), CompressionOutcome.None("Test"), null, 0, default, new GenAiCall(telemetry, null, "chat", "m")) { Lost = [] };
        return new StreamPass(
            call, new UpstreamReply(200, [], "text/event-stream", body), aggregator,
            new QueryGatewayOptions { IdleStreamTimeout = silence ?? TimeSpan.FromMinutes(1), MaxReplyBytes = most }, telemetry, TimeProvider.System);
    }

    private static async Task<byte[]> ReadAsync(ReplayReader reader, int[] paces)
    {
        var (bytes, turn) = (new ArrayBufferWriter<byte>(), 0);
        do
        {
            while (reader.Read(bytes) > 0)
                await PaceAsync(paces[turn++ % paces.Length]);
        }
        while (await reader.WaitAsync());
        return bytes.WrittenSpan.ToArray();
    }

    private static async ValueTask PaceAsync(int pace)
    {
        if (pace == 1)
            await Task.Yield();
        else if (pace == 2)
            await Task.Delay(1);
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }

    /// <summary>A provider's answer in pieces: pushed, as an HTTP answer's is that is copied, or read.</summary>
    private sealed class Body(byte[] bytes, int[] sizes, int[] paces, bool pushes) : Stream
    {
        private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _at;
        private int _turn;

        public bool HangsAtEnd { get; init; }

        public bool BreaksAtEnd { get; init; }

        /// <summary>Once nobody wants more.</summary>
        public Task Cut => _cut.Task;

        public Task Disposed => _disposed.Task;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            using var cut = cancellationToken.UnsafeRegister(static c => ((TaskCompletionSource)c!).TrySetResult(), _cut);
            if (!pushes)
            {
                await base.CopyToAsync(destination, bufferSize, cancellationToken);
                return;
            }

            var buffer = new byte[bufferSize];
            int count;
            while ((count = await ReadAsync(buffer, cancellationToken)) > 0)
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await PaceAsync(paces[_turn % paces.Length]);
            var count = Math.Min(Math.Min(sizes[_turn++ % sizes.Length], bytes.Length - _at), buffer.Length);
            if (count == 0 && HangsAtEnd)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            if (count == 0 && BreaksAtEnd)
                throw new IOException("gone");
            // What was read before is good no more.
            buffer.Span.Fill((byte)'!');
            bytes.AsSpan(_at, count).CopyTo(buffer.Span);
            _at += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
