using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>What is set aside where the budget answers late or not at all.</summary>
public sealed class SpendGateTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly BudgetReply s_granted = new() { Outcome = BudgetOutcome.Granted };

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _asked = [];
    private readonly List<BudgetCost> _settled = [];
    private readonly Queue<Task<BudgetReply>> _replies = new();
    private readonly SpendSettler _settler;
    private readonly SpendGate _gate;

    public SpendGateTests()
    {
        var budget = Stub.Of<IBudgetGrain>((method, arguments) =>
        {
            if (method == nameof(IBudgetGrain.SettleAsync))
            {
                _settled.AddRange((BudgetCost[])arguments[0]!);
                return Task.CompletedTask;
            }

            _asked.Add(((BudgetRequest)arguments[0]!).Id);
            return _replies.TryDequeue(out var reply) ? reply : Silent();
        });
        var grains = Stub.Of<IGrainFactory>((_, _) => budget);
        _settler = new SpendSettler(grains, _time, NullLogger<SpendSettler>.Instance);
        _gate = new SpendGate(
            grains, new ServedPrices(PriceCatalog.Default, static (_, _) => null), _settler, Options.Create(new BudgetOptions()), _time, NullLogger<SpendGate>.Instance);
    }

    public void Dispose() => _settler.Dispose();

    /// <summary>Ten thousand calls at once keep a budget longer than an attempt waits: what each set aside twice refused the others with a tenth of the money spent.</summary>
    [Fact]
    public async Task Ask_BudgetAnswersTooLate_IsAskedAgainForTheSame()
    {
        _replies.Enqueue(Silent());
        _replies.Enqueue(Task.FromException<BudgetReply>(new TimeoutException()));
        _replies.Enqueue(Task.FromResult(s_granted));

        var permit = await AskAsync();

        Assert.Null(permit.Refusal);
        Assert.Equal([permit.ReservationId!, permit.ReservationId!, permit.ReservationId!], _asked);
        Assert.Empty(await SettledAsync());
    }

    /// <summary>The grain takes back itself what it could not store, and may do so after the next attempt.</summary>
    [Fact]
    public async Task Ask_BudgetCannotStore_IsAskedForAnother()
    {
        _replies.Enqueue(Task.FromResult(new BudgetReply { Outcome = BudgetOutcome.Unavailable }));
        _replies.Enqueue(Task.FromResult(s_granted));

        var permit = await AskAsync();

        Assert.Equal(2, _asked.Distinct().Count());
        Assert.Equal(_asked[1], permit.ReservationId);
        Assert.Empty(await SettledAsync());
    }

    [Theory]
    [InlineData(false, "budget_unavailable")]
    [InlineData(true, "insufficient_quota")]
    public async Task Ask_NoGrantAfterDoubt_IsSettledAtNothing(bool isRefusedAtLast, string code)
    {
        _replies.Enqueue(Silent());
        if (isRefusedAtLast)
        {
            var cap = BudgetCap.From(new BudgetLimit(BudgetScope.Tenant, string.Empty, BudgetWindow.Day, 1m));
            _replies.Enqueue(Task.FromResult(new BudgetReply { Outcome = BudgetOutcome.Refused, Cap = cap }));
        }

        var permit = await AskAsync();

        Assert.Equal(code, permit.Refusal!.Code);
        Assert.Equal([new BudgetCost(_asked.Distinct().Single(), 0m)], await SettledAsync());
    }

    private static Task<BudgetReply> Silent() => new TaskCompletionSource<BudgetReply>().Task;

    private async Task<SpendPermit> AskAsync()
    {
        var asking = _gate.AskAsync(
            "req", "tenant", [new BudgetLimit(BudgetScope.Tenant, string.Empty, BudgetWindow.Day, 1m)], "gpt-4o", null, new UpstreamTarget(null!, null, "openai"), 0,
            static (_, _) => new TokenBound(10, 10)).AsTask();
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); !asking.IsCompleted && waited.Elapsed < s_patience;)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        return await asking.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    private async Task<List<BudgetCost>> SettledAsync()
    {
        await _settler.StopAsync(TestContext.Current.CancellationToken);
        return _settled;
    }
}
