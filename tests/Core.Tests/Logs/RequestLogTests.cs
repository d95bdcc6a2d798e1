using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Logs;

namespace OrleansLlm.Core.Tests.Logs;

public sealed class RequestLogTests
{
    private const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi \u00e9"}],"temperature":1.0}""";

    [Fact]
    public async Task ReadAsync_BareBody_KeepsItsBytes()
    {
        var record = await ReadOneAsync(Body);

        Assert.Equal(Body, Encoding.UTF8.GetString(record.Body.Span));
        Assert.Null(record.Answer);
        Assert.Null(record.Timestamp);
        Assert.Null(record.Usage);
        Assert.Null(record.Completion);
    }

    [Fact]
    public async Task ReadAsync_FieldsOfTheLog_AreTakenOutAndTheRestKeepsItsSpelling()
    {
        var record = await ReadOneAsync(
            "{\"timestamp\":\"2026-01-13T08:02:11+01:00\"," + Body[1..^1]
            + ""","response":"Hello","usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}""");

        Assert.Equal(Body, Encoding.UTF8.GetString(record.Body.Span));
        Assert.Equal("Hello", record.Answer);
        Assert.Equal(new DateTimeOffset(2026, 1, 13, 7, 2, 11, TimeSpan.Zero), record.Timestamp);
        Assert.Equal(new TokenUsage(9, 2, CachedTokens: 4), record.Usage);
    }

    [Fact]
    public async Task ReadAsync_WrappedRequestAndCompletion_ReadsAnswerAndItsUsage()
    {
        var record = await ReadOneAsync(
            "{\"request\":" + Body
            + ""","timestamp":1768291331,"response":{"choices":[{"message":{"content":"Hello"}}],"usage":{"prompt_tokens":9,"completion_tokens":2}}}""");

        Assert.Equal(Body, Encoding.UTF8.GetString(record.Body.Span));
        Assert.Equal("Hello", record.Answer);
        Assert.Equal(2026, record.Timestamp?.Year);
        Assert.Equal(new TokenUsage(9, 2), record.Usage);
    }

    [Fact]
    public async Task ReadAsync_ToolCallReply_HasNoAnswer() =>
        Assert.Null((await ReadOneAsync(Body[..^1] + ""","response":{"choices":[{"message":{"content":null,"tool_calls":[]}}]}}""")).Answer);

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{}", "'model'")]
    [InlineData("""{"model":"","messages":[1]}""", "'model'")]
    [InlineData("""{"model":7,"messages":[1]}""", "'model'")]
    [InlineData("""{"model":"m"}""", "'messages'")]
    [InlineData("""{"model":"m","messages":[]}""", "'messages'")]
    [InlineData("""{"request":"x"}""", "'request'")]
    [InlineData("""{"model":"m","messages":[1],"timestamp":"yesterday"}""", "'timestamp'")]
    [InlineData("""{"model":"m","messages":[1],"timestamp":1e300}""", "'timestamp'")]
    [InlineData("""{"model":"m","messages":[1],"response":7}""", "'response'")]
    [InlineData("""{"model":"m","messages":[1],"response":{"choices":[]}}""", "'response'")]
    [InlineData("""{"model":"m","messages":[1],"response":{"choices":[7]}}""", "'response'")]
    [InlineData("""{"model":"m","messages":[1],"response":"\ud800"}""", "escape")]
    [InlineData("""{"model":"m","messages":[1],"usage":{"prompt_tokens":-1,"completion_tokens":2}}""", "'usage'")]
    [InlineData("""{"model":"m","messages":[1],"usage":{"prompt_tokens":1.5,"completion_tokens":2}}""", "'usage'")]
    [InlineData("""{"model":"m","messages":[1],"usage":{"completion_tokens":2}}""", "'usage'")]
    public async Task ReadAsync_MalformedLine_NamesLineAndProblemAndGoesOn(string line, string expected)
    {
        var lines = await ReadAsync("\n" + line + "\n" + Body);

        Assert.False(lines[0].IsRequest);
        Assert.Equal(2, lines[0].Problem!.Line);
        Assert.Contains(expected, lines[0].Problem!.Message, StringComparison.Ordinal);
        Assert.Equal(3, lines[1].Record!.Line);
    }

    [Fact]
    public async Task ReadAsync_InvalidUtf8_IsAProblem()
    {
        using var stream = new MemoryStream([(byte)'{', 0xFF, (byte)'}', (byte)'\n']);

        var lines = await RequestLog.ReadAsync(stream, cancellationToken: TestContext.Current.CancellationToken)
            .ToArrayAsync(TestContext.Current.CancellationToken);

        Assert.Contains("UTF-8", Assert.Single(lines).Problem!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(400_000)]
    public async Task ReadAsync_LineOverTheLimit_IsSkippedWhole(int length)
    {
        var lines = await ReadAsync(Body + "\n" + new string('x', length) + "\n" + Body + "\n", maxLineBytes: 200);

        Assert.Equal([true, false, true], lines.Select(static l => l.IsRequest));
        Assert.Contains("200 bytes", lines[1].Problem!.Message, StringComparison.Ordinal);
        Assert.Equal((2, 3), (lines[1].Problem!.Line, lines[2].Record!.Line));
    }

    [Fact]
    public async Task ReadAsync_ByteOrderMarkCrLfAndNoLastNewline_ReadsAll()
    {
        var lines = await ReadAsync("\uFEFF" + Body + "\r\n\r\n" + Body);

        Assert.Equal([1, 3], lines.Select(static l => l.Record!.Line));
    }

    [Fact]
    public async Task ReadAsync_AnyText_NeverThrows() =>
        await Gen.OneOf(Gen.String, Gen.Const(Body)).Array[0, 6].SampleAsync(async texts =>
        {
            var lines = await ReadAsync(string.Join('\n', texts));
            Assert.All(lines, static l => Assert.True(l.Record is null ^ l.Problem is null));
        }, iter: 200);

    private static async Task<LoggedRequest> ReadOneAsync(string line)
    {
        var read = Assert.Single(await ReadAsync(line));
        Assert.Null(read.Problem);
        using var document = JsonDocument.Parse(read.Record!.Body);
        return read.Record;
    }

    private static async Task<RequestLogLine[]> ReadAsync(string log, int maxLineBytes = RequestLog.DefaultMaxLineBytes)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(log));
        return await RequestLog.ReadAsync(stream, maxLineBytes, TestContext.Current.CancellationToken)
            .ToArrayAsync(TestContext.Current.CancellationToken);
    }
}
