using System.Text.Json;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Core.Compression.PrefixCaching;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Bench.Compression;

/// <summary>
/// What conversations over documents cost under the providers' prefix caches, compressed and as they are: bill on / bill off. Every
/// conversation asks several questions, each with a document of its own or about an earlier one.
/// </summary>
internal sealed class CompressBillSuite : ISuite
{
    private const int Conversations = 60;
    private const int MostTurns = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

    private static readonly (string Name, string Model)[] Providers =
    [
        ("openai-half", "gpt-4o"), ("openai-quarter", "gpt-4.1"), ("openai-tenth", "gpt-5.1"), ("openai-writes", "gpt-5.6"),
        ("azure", "azure/gpt-4o"), ("anthropic", "claude-opus-4-8"), ("gemini", "gemini-2.5-flash-lite"),
    ];

    private readonly ConversationCompressor _compressor = new(new PromptCompressor());

    public string Name => "compress-bill";

    public string Summary => "Simulated conversations under the providers' prefix caches: bill with compression / without (--data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        if (context.DataFile(Path.Combine("compression", "eval.covidqa.jsonl.gz")) is not { } path)
            return 1;
        var records = EvidenceFile.Read(path).GroupBy(r => r.Group).SelectMany(g => g.Take(MostTurns)).ToList();
        foreach (var (name, model) in Providers)
        {
            var price = PriceCatalog.Default.Find(model)!;
            foreach (var kind in new[] { "document-a-turn", "one-document" })
            {
                decimal on = 0, off = 0;
                var dearer = 0;
                var worst = 0m;
                for (var c = 0; c < Conversations; c++)
                {
                    var turns = Turns(records, c, kind == "one-document");
                    var (own, whole) = await BillAsync(turns, model, price);
                    on += own;
                    off += whole;
                    dearer += own > whole ? 1 : 0;
                    worst = Math.Max(worst, own / whole);
                }

                context.Report(Name, $"{name}.{kind}.bill", (double)(on / off), "on/off", Conversations);
                context.Report(Name, $"{name}.{kind}.worst", (double)worst, "on/off", Conversations);
                context.Report(Name, $"{name}.{kind}.dearer", dearer, "conversations", Conversations);
            }
        }

        return 0;
    }

    private static List<string> Turns(List<EvidenceRecord> records, int conversation, bool oneDocument)
    {
        var first = records[conversation * 3 % records.Count];
        var turns = new List<string> { Ask(first) };
        var own = records.Where(r => r.Group == first.Group && r.Id != first.Id).Select(r => r.Question);
        foreach (var (question, i) in own.Take(1 + (conversation % (MostTurns - 1))).Select((q, i) => (q, i)))
            turns.Add(oneDocument ? question : Ask(records[((conversation * 3) + i + 1) % records.Count]));
        return turns;
    }

    // A third of the paper, about 800 tokens: as much as a search brings.
    private static string Ask(EvidenceRecord record) =>
        $"Context:\n{string.Join(' ', record.Sentences.Take(record.Sentences.Count / 3))}\n\nQuestion: {record.Question}";

    private async Task<(decimal On, decimal Off)> BillAsync(List<string> questions, string model, ModelPrice price)
    {
        const string Instructions = "You are the assistant of a medical library. Answer from the documents and say where you found it.";
        const string Answer = "The documents say so in the passage on the results, with the figures that you asked for, and name the limits of the study.";
        var rules = PrefixCacheRules.For(price)!;
        var counter = ModelTokenizer.ForModel(model);
        PrefixCacheModel cacheOn = new(rules), cacheOff = new(rules);
        decimal on = 0, off = 0;
        var messages = new List<(string Role, string Text)> { ("system", Instructions) };
        for (var turn = 0; turn < questions.Count; turn++)
        {
            messages.Add(("user", questions[turn]));
            var body = JsonSerializer.SerializeToUtf8Bytes(new { model, messages = messages.Select(m => new { role = m.Role, content = m.Text }) });
            if (ChatRequestReader.Read(body, null, out var chat) is not null)
                throw new InvalidOperationException("The simulated conversation is no chat request.");
            var result = await _compressor.CompressAsync(
                chat!, rules, CompressionSettings.Default, counter, _ => ValueTask.FromResult(PrunerScores.None), CancellationToken.None);
            var sent = messages.ToList();
            foreach (var (message, part) in result.Places)
                sent[message] = (sent[message].Role, result.Write(message, part, sent[message].Text));
            var at = DateTimeOffset.UnixEpoch + (turn * Pause);
            on += Cost(cacheOn, sent, at);
            off += Cost(cacheOff, messages, at);
            messages.Add(("assistant", Answer));
        }

        return (on, off);

        decimal Cost(PrefixCacheModel cache, List<(string Role, string Text)> sent, DateTimeOffset at) =>
            CostCalculator.Cost(price, cache.Send([.. sent.Select(m => new PromptPiece(m.Role + m.Text, 3 + counter.Count(m.Text)))], at));
    }
}
