using System.Buffers;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Bench.Kernels;

/// <summary>What every request or every token goes through.</summary>
[MemoryDiagnoser]
public class HotKernels : IDisposable
{
    private const int Dimension = 384;
    private const int Vectors = 32_768;

    private static readonly byte[] s_event = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n"u8.ToArray();

    private readonly byte[] _body = Encoding.UTF8.GetBytes(
        """{"model":"gpt-4o","stream":false,"messages":[{"role":"system","content":"You answer questions about the compliance handbook."},{"role":"user","content":"Which documents prove the address of a new customer?"}]}""");

    private readonly string _question = "How do I change the home address of my business account if I moved abroad in 2024?";

    private readonly string _text = string.Concat(Enumerable.Repeat("the new card that my bank sent last week ", 11));

    private readonly SseParser _parser = new(1024 * 1024);
    private readonly VectorMatch[] _matches = new VectorMatch[8];
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly Utf8JsonWriter _json = new(new ArrayBufferWriter<byte>());
    private ChatAggregator _aggregator = new();
    private ChatRequest _request = null!;
    private VectorIndex _index = null!;
    private float[] _query = [];
    private LedgerEntry _entry = null!;
    private byte[] _written = [];
    private QuestionProfile _cached = null!;
    private QuestionProfile _asked = null!;
    private int _tokens;

    [GlobalSetup]
    public void SetUp()
    {
        (_cached, _asked) = (QuestionProfile.Read(_question), QuestionProfile.Read("How can I change my business account's home address after I moved abroad in 2024?"));
        ChatRequestReader.Read(_body, null, out var request);
        _request = request!;
        var random = new Random(1);
        _index = new VectorIndex(Dimension);
        for (var i = 0; i < Vectors; i++)
            _index.Add(_query = Array.ConvertAll(new float[Dimension], _ => (float)random.NextDouble() - 0.5f));
        _entry = new LedgerEntry
        {
            RequestId = "req_0192f3a47b6c7d8e9f00112233445566", TenantId = "acme", At = DateTimeOffset.UnixEpoch, RequestedModel = "gpt-4o", BaselineModel = "gpt-4o", UsedModel = "gpt-4o",
            HitKind = HitKind.Miss, PromptTokensBefore = 60, Usage = new(60, 20), CompletionTokensServed = 20, CostUsd = 0.00035m, BaselineUsd = 0.00035m, Saved = default,
        };
        LedgerLine.Write(_line, _json, _entry with { Writer = "w", Sequence = 1 });
        _written = _line.WrittenSpan[..^1].ToArray();
    }

    [Benchmark(Description = "read-request")]
    public object? Read()
    {
        ChatRequestReader.Read(_body, null, out var request);
        return request;
    }

    [Benchmark(Description = "fingerprint")]
    public string Fingerprint() => RequestFingerprint.Of(_request, CachePartition.Of(_request, "acme", string.Empty, 0, false)).Value;

    [Benchmark(Description = "sse-event")]
    public int Event()
    {
        _parser.Feed(s_event);
        var count = 0;
        while (_parser.TryRead(out _))
            count++;
        return count;
    }

    [Benchmark(Description = "aggregate-token")]
    public bool Token()
    {
        if (++_tokens % 1000 == 0)
            _aggregator = new ChatAggregator();
        return _aggregator.Add(s_event.AsMemory(6, s_event.Length - 8));
    }

    [Benchmark(Description = "count-100-tokens")]
    public int Count() => ModelTokenizer.ForModel("gpt-4o").Count(_text);

    [Benchmark(Description = "search-32768-vectors")]
    public int Search() => _index.View().Search(_query, 0.5f, default, _matches);

    [Benchmark(Description = "profile-question")]
    public object Profile() => QuestionProfile.Read(_question);

    [Benchmark(Description = "compare-questions")]
    public double Compare() => PairComparison.Of(_cached, _asked).ContentOverlap;

    [Benchmark(Description = "write-ledger-line")]
    public int Write()
    {
        _line.ResetWrittenCount();
        LedgerLine.Write(_line, _json, _entry);
        return _line.WrittenCount;
    }

    [Benchmark(Description = "read-ledger-line")]
    public object? ReadLine() => LedgerLine.Read(_written);

    [GlobalCleanup]
    public void Dispose()
    {
        _json.Dispose();
        GC.SuppressFinalize(this);
    }
}
