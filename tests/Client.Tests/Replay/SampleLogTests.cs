using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansLlm.Core.Logs;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Silo.Replay;

namespace OrleansLlm.Client.Tests.Replay;

/// <summary>The sample log that every new user replays first: whole, labelled consistently, and as its README says.</summary>
public sealed partial class SampleLogTests
{
    private const int TokensPerMessage = 3;
    private const int TokensForTheReply = 3;
    private static readonly Lazy<Task<LoggedRequest[]>> Log = new(ReadLogAsync);
    private static readonly Lazy<SampleLabel[]> Labels = new(ReadLabels);

    [Fact]
    public async Task Log_EveryLine_IsARequestWithAnswerTimeAndUsage()
    {
        var records = await Log.Value;

        Assert.InRange(records.Length, 420, 500);
        Assert.All(records, static r => Assert.False(string.IsNullOrWhiteSpace(r.Answer)));
        Assert.All(records, static r => Assert.NotNull(r.Usage));
        Assert.All(records.Zip(records.Skip(1)), static pair => Assert.True(pair.First.Timestamp < pair.Second.Timestamp));
    }

    [Fact]
    public async Task Log_PromptTokens_AreAsRecordedAndWithinTheLimit()
    {
        foreach (var record in await Log.Value)
        {
            var counter = ModelTokenizer.ForModel("gpt-4o");
            using var body = JsonDocument.Parse(record.Body);
            var prompt = TokensForTheReply + body.RootElement.GetProperty("messages").EnumerateArray().Sum(m =>
                TokensPerMessage + counter.Count(m.GetProperty("role").GetString()) + counter.Count(m.GetProperty("content").GetString()));
            Assert.Equal(record.Usage!.Value.PromptTokens, prompt);
            Assert.Equal(record.Usage.Value.CompletionTokens, counter.Count(record.Answer));
            Assert.InRange(prompt, 1, 2500);
        }
    }

    [Fact]
    public async Task Labels_EveryLine_HasOneAndSharesAreAsDescribed()
    {
        Assert.Equal((await Log.Value).Select(static r => r.Line), Labels.Value.Select(static l => l.Line));
        Assert.InRange(Share(static l => l.SameAs is not null), 0.30, 0.38);
        Assert.InRange(Share(static l => l.Simple), 0.55, 0.65);
        Assert.True(Labels.Value.Count(static l => l.Kind == "trap") >= 50);
    }

    [Fact]
    public async Task Labels_SameAs_IsEarlierWithTheSamePassagesAndTheSameFact()
    {
        var records = await Log.Value;
        foreach (var label in Labels.Value)
        {
            Assert.Equal(label.Kind is "repeat" or "paraphrase", label.SameAs is not null);
            if (label.SameAs is not { } earlier)
                continue;
            var (later, first) = (records[label.Line - 1], records[earlier - 1]);
            Assert.True(earlier < label.Line);
            Assert.Null(Labels.Value[earlier - 1].SameAs);
            Assert.Equal(Labels.Value[earlier - 1].Family, label.Family);
            Assert.Equal(Fact(first), Fact(later));
            Assert.Equal(Prompt(first).Passages, Prompt(later).Passages);
            Assert.Equal(label.Kind == "repeat", Prompt(first).Question == Prompt(later).Question);
        }
    }

    [Fact]
    public async Task Labels_Trap_SharesThePassagesAndHasAnotherAnswer()
    {
        var records = await Log.Value;
        foreach (var label in Labels.Value.Where(static l => l.Kind == "trap"))
        {
            var (trap, near) = (records[label.Line - 1], records[label.Near!.Value - 1]);
            Assert.True(label.Near < label.Line);
            Assert.Equal(Prompt(near).Passages, Prompt(trap).Passages);
            Assert.NotEqual(Prompt(near).Question, Prompt(trap).Question);
            Assert.NotEqual(Fact(near), Fact(trap));
        }
    }

    [Fact]
    public async Task Log_Questions_AreNotRepeatedBehindTheLabelsBack()
    {
        var records = await Log.Value;
        var distinct = Labels.Value.Where(static l => l.Kind != "repeat").Select(l => Prompt(records[l.Line - 1]));

        Assert.All(distinct.GroupBy(static p => p), static g => Assert.Single(g));
    }

    private static double Share(Func<SampleLabel, bool> condition) => (double)Labels.Value.Count(condition) / Labels.Value.Length;

    // Answers to one question differ in how they cite the policy, not in what they say.
    private static string Fact(LoggedRequest record) => Citation().Replace(record.Answer!, string.Empty).Trim();

    private static (string Passages, string Question) Prompt(LoggedRequest record)
    {
        using var body = JsonDocument.Parse(record.Body);
        var texts = body.RootElement.GetProperty("messages").EnumerateArray().Select(static m => m.GetProperty("content").GetString()!).ToArray();
        var last = texts[^1];
        var question = last.LastIndexOf("Question: ", StringComparison.Ordinal);
        return question < 0
            ? (string.Join('\n', texts[..^1]), last)
            : (string.Join('\n', texts[..^1]) + last[..question], last[question..]);
    }

    private static async Task<LoggedRequest[]> ReadLogAsync()
    {
        await using var file = File.OpenRead(SamplePath("compliance.jsonl"));
        var lines = await RequestLog.ReadAsync(file).ToArrayAsync();
        Assert.All(lines, static l => Assert.Null(l.Problem));
        return [.. lines.Select(static l => l.Record!)];
    }

    private static SampleLabel[] ReadLabels() =>
        [.. File.ReadLines(SamplePath("compliance.labels.jsonl")).Select(static l => JsonSerializer.Deserialize<SampleLabel>(l, SampleLabel.Json)!)];

    private static string SamplePath(string name)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "samples", name)))
            directory = directory.Parent;
        return Path.Combine(directory?.FullName ?? throw new FileNotFoundException($"samples/{name} is part of the repository"), "samples", name);
    }

    [GeneratedRegex(@"\s*(\(POL-\d\d §[^)]*\)|(Source:|See) POL-\d\d, sections? [\d, ]+\.)$")]
    private static partial Regex Citation();
}
