using System.Numerics;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Ledger;

/// <summary>
/// Random traffic through pricing, numbering and books that crash, against sums made another way: whole numbers of 10^-12 USD, from the requests
/// themselves. Equal to the last decimal.
/// </summary>
public sealed class LedgerOracleTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Models = ["big", "small", "other"];

    // Before midnight and from midnight on; micro-USD per million tokens: input, cached input, output.
    private static readonly Dictionary<string, (int Input, int Cached, int Output)[]> Prices = new()
    {
        ["big"] = [(30_000_000, 15_000_000, 60_000_000), (2_500_000, 1_250_001, 9_999_999)],
        ["small"] = [(150_000, 75_000, 600_000), (150_003, 74_999, 600_001)],
        ["other"] = [(3_333_333, 333_333, 7_777_777), (3_333_333, 333_333, 7_777_777)],
    };

    private static readonly LedgerPricing Pricing = new(new ServedPrices(
        PriceCatalog.Create("test", Prices.SelectMany(p => p.Value.Select((price, i) => new ModelPrice
        {
            Model = p.Key,
            ValidFrom = i == 0 ? DateOnly.MinValue : DateOnly.FromDateTime(Midnight.UtcDateTime),
            Input = price.Input / 1_000_000m,
            CachedInput = price.Cached / 1_000_000m,
            Output = price.Output / 1_000_000m,
        }))),
        (_, _) => null));

    private static readonly Gen<Request> AnyRequest = Gen.Select(
        Gen.Enum<HitKind>(),
        Gen.Int[0, 2],
        Gen.Int[0, 2],
        Gen.Int[-120, 120],
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 50_000], Gen.Int[0, 100_000], Gen.Int[0, 5_000]),
        Gen.OneOf(200, 200, 200, 499, 502))
        .Select((kind, baseline, used, minute, tokens, status) =>
            new Request(kind, Models[baseline], Models[used], Midnight.AddMinutes(minute), tokens.Item1 + tokens.Item2, tokens.Item1, Math.Min(tokens.Item3, tokens.Item1), tokens.Item4, status));

    private static readonly Gen<Step> AnyStep = Gen.Select(Gen.Int[0, 2], Gen.Int[1, 12], Gen.Enum<Crash>(), Gen.Bool)
        .Select((writer, size, crash, again) => new Step(writer, size, crash, again));

    private enum Crash
    {
        None,
        BeforeTheStore,
        AfterTheStore,
    }

    [Fact]
    public void Books_RandomTrafficThroughCrashes_EqualTheOracleToTheLastDecimal() =>
        Gen.Select(AnyRequest.Array[0, 80], AnyStep.Array[1, 40]).Sample((requests, steps) =>
        {
            var queues = requests.Select((r, i) => (Request: r, Writer: i % 3)).GroupBy(r => r.Writer)
                .ToDictionary(g => g.Key, g => g.Select((r, i) => EntryOf(r.Request, "w" + g.Key, i + 1)).ToList());
            var sent = new int[3];
            var store = new Store();
            // Each goes on until everything is there, as a journal does.
            foreach (var step in steps.Concat(Enumerable.Range(0, 240).Select(i => new Step(i % 3, 5, Crash.None, i % 7 == 0))))
            {
                if (!queues.TryGetValue(step.Writer, out var queue))
                    continue;
                var from = step.Again ? Math.Max(0, sent[step.Writer] - 3) : sent[step.Writer];
                var part = queue.Skip(from).Take(step.Size).ToList();
                if (store.Take(part, step.Crash))
                    sent[step.Writer] = Math.Max(sent[step.Writer], from + part.Count);
            }

            var sums = store.Totals().Report(Midnight.AddDays(-2), Midnight.AddDays(2)).Total;
            var entries = store.Entries();
            Assert.Equal(requests.Length, entries.Count);
            Assert.Equal(0, store.Missing);

            var (cost, baseline) = (BigInteger.Zero, BigInteger.Zero);
            foreach (var request in requests)
                (cost, baseline) = (cost + request.Cost, baseline + request.Baseline);
            Assert.Equal(cost, Picos(sums.CostUsd));
            Assert.Equal(baseline, Picos(sums.BaselineUsd));
            Assert.Equal(baseline - cost, Picos(sums.Saved.Cache) + Picos(sums.Saved.Routing) + Picos(sums.Saved.Compression));
            Assert.Equal(entries.Aggregate(LedgerSums.Zero, (s, e) => s + LedgerSums.Of(e)), sums);
            foreach (var writer in entries.GroupBy(e => e.Writer))
                Assert.Equal(Enumerable.Range(1, writer.Count()).Select(i => (long)i), writer.Select(e => e.Sequence).Order());
        });

    private static BigInteger Picos(decimal usd)
    {
        var picos = usd * 1_000_000_000_000m;
        Assert.Equal(decimal.Truncate(picos), picos);
        return new BigInteger(picos);
    }

    private static LedgerEntry EntryOf(Request request, string writer, long sequence) => Pricing.Apply(new LedgerEntry
    {
        RequestId = $"{writer}-{sequence}",
        TenantId = "t",
        Writer = writer,
        Sequence = sequence,
        At = request.At,
        RequestedModel = request.BaselineModel,
        BaselineModel = request.BaselineModel,
        UsedModel = request.UsedModel,
        HitKind = request.Kind,
        PromptTokensBefore = request.PromptBefore,
        Usage = request.IsHit ? default : new TokenUsage(request.Prompt, request.Completion, request.Cached),
        CompletionTokensServed = request.Completion,
        CostUsd = 0,
        BaselineUsd = 0,
        Saved = default,
        Status = request.Status,
    });

    private sealed record Step(int Writer, int Size, Crash Crash, bool Again);

    private sealed record Request(
        HitKind Kind, string BaselineModel, string UsedModel, DateTimeOffset At, int PromptBefore, int Prompt, int Cached, int Completion, int Status)
    {
        public bool IsHit => Kind is HitKind.Exact or HitKind.Semantic or HitKind.Pending;

        public BigInteger Cost => IsHit ? 0 : PicosOf(UsedModel, Prompt, Cached);

        // A call that was billed nothing saved nothing; a hit's stored answer came uncached; a check would not have been made without the cache.
        public BigInteger Baseline => Kind switch
        {
            HitKind.Verification => 0,
            // Lost on the way, as it would have been without the layers.
            HitKind.Attempt => Cost,
            _ when IsHit => PicosOf(BaselineModel, PromptBefore, 0),
            _ when Prompt == 0 && Completion == 0 => 0,
            _ => PicosOf(BaselineModel, PromptBefore, Cached),
        };

        private BigInteger PicosOf(string model, int prompt, int cached)
        {
            var price = Prices[model][At < Midnight ? 0 : 1];
            return ((BigInteger)(prompt - cached) * price.Input) + ((BigInteger)cached * price.Cached) + ((BigInteger)Completion * price.Output);
        }
    }

    // Keeps what a batch says, all or nothing, and opens the books anew after a crash.
    private sealed class Store
    {
        private readonly Dictionary<string, long> _marks = [];
        private readonly Dictionary<(DateTimeOffset, string, string), LedgerCell> _cells = [];
        private readonly List<ReadOnlyMemory<byte>> _lines = [];
        private LedgerBook? _book;

        public long Missing { get; private set; }

        public bool Take(List<LedgerEntry> part, Crash crash)
        {
            _book ??= new LedgerBook(_marks);
            var fresh = part.Where(_book.IsNew).Select(e => (e, (ReadOnlyMemory<byte>)System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(e, LedgerJson.Default.LedgerEntry))).ToList();
            if (fresh.Count == 0)
                return true;
            foreach (var day in fresh.Select(f => LedgerBook.DayOf(f.e)).Distinct().Except(_book.Days).ToList())
                _book.Load(day, _cells.Values.Where(c => DateOnly.FromDateTime(c.Hour.UtcDateTime) == day));
            var batch = _book.Add(fresh);
            Missing += _book.Missing;
            if (crash != Crash.BeforeTheStore)
            {
                foreach (var (writer, sequence) in batch.Marks)
                    _marks[writer] = sequence;
                foreach (var cell in batch.Cells)
                    _cells[(cell.Hour, cell.RequestedModel, cell.UsedModel)] = cell;
                _lines.AddRange(batch.Lines.Values.SelectMany(l => l));
            }

            if (crash != Crash.None)
                _book = null;
            return crash == Crash.None;
        }

        public LedgerTotals Totals()
        {
            var totals = new LedgerTotals();
            foreach (var cell in _cells.Values)
                totals.Add(cell);
            return totals;
        }

        public List<LedgerEntry> Entries() => _lines.ConvertAll(l => LedgerLine.Read(l.Span)!);
    }
}
