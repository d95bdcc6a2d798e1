extern alias client;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using client::OrleansLlm.Client.RateLimits;
using OrleansLlm.Core.RateLimits;
using OrleansLlm.Grains.Abstractions.RateLimits;
using OrleansLlm.Grains.RateLimits;

namespace OrleansLlm.Client.Tests.RateLimits;

public sealed class TenantRatesTests
{
    private const int Most = 10;
    private static readonly IReadOnlyList<RateLimit> Limits = [new RateLimit(string.Empty, null, null, Most)];

    private const int MostTokens = 10_000;
    private static readonly IReadOnlyList<RateLimit> Tokens = [new RateLimit(string.Empty, null, MostTokens, null)];

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Enter_WhileTheShareGoesBack_IsNotLetInOnWhatAnotherProcessWasGiven()
    {
        var grain = new RateLimitGrain(_time);
        var (cluster, held) = HeldBack.Cluster(grain);
        var a = new TenantRates("acme", "a", cluster, _time, NullLogger.Instance);
        var b = new TenantRates("acme", "b", HeldBack.Cluster(grain).Cluster, _time, NullLogger.Instance);
        foreach (var ticket in await EnterAllAsync(a))
            ticket.Dispose();

        // The grain has taken the share back, and a has not heard of it yet.
        held.Reply = new TaskCompletionSource();
        var tidying = a.TidyAsync();
        await held.Asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await EnterAllAsync(b);
        var beyond = a.EnterAsync(Limits, 1).AsTask();
        Assert.False(beyond.IsCompleted);

        held.Reply.SetResult();
        await tidying;
        Assert.NotNull((await beyond).Refusal);
    }

    [Fact]
    public async Task Enter_WhileTheShareGoesBackAndNobodyElseWantsIt_IsLetInOnceTheGrainHasSpoken()
    {
        var (cluster, held) = HeldBack.Cluster(new RateLimitGrain(_time));
        var rates = new TenantRates("acme", "a", cluster, _time, NullLogger.Instance);
        foreach (var ticket in await EnterAllAsync(rates))
            ticket.Dispose();

        held.Reply = new TaskCompletionSource();
        var tidying = rates.TidyAsync();
        await held.Asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var entering = Enumerable.Range(0, Most).Select(_ => rates.EnterAsync(Limits, 1).AsTask()).ToList();
        held.Reply.SetResult();
        await tidying;
        Assert.All(await Task.WhenAll(entering), t => Assert.Null(t.Refusal));
    }

    /// <summary>Whoever came after it waited for the exchange that had failed, for good.</summary>
    [Fact]
    public async Task Enter_ExchangeFailedAndCannotBeTold_IsOverAllTheSame()
    {
        var grain = new RateLimitGrain(_time);
        var (cluster, held) = HeldBack.Cluster(grain);
        var rates = new TenantRates("acme", "a", cluster, _time, new FullDisk());
        held.IsAway = true;
        await Assert.ThrowsAsync<IOException>(() => rates.EnterAsync(Limits, 1).AsTask());
        held.IsAway = false;

        // Who was failed waits no more, and takes nothing from others.
        await rates.TidyAsync();
        await EnterAllAsync(new TenantRates("acme", "b", HeldBack.Cluster(grain).Cluster, _time, NullLogger.Instance));
    }

    /// <summary>While requests went on it kept all that earlier ones had been estimated too high by, for long after the minute that it was taken from.</summary>
    [Fact]
    public async Task Correct_WhileRequestsGoOn_GoesBackForOthersToTake()
    {
        var grain = new RateLimitGrain(_time);
        var a = new TenantRates("acme", "a", HeldBack.Cluster(grain).Cluster, _time, NullLogger.Instance);
        var b = new TenantRates("acme", "b", HeldBack.Cluster(grain).Cluster, _time, NullLogger.Instance);
        (await a.EnterAsync(Tokens, MostTokens)).Correct(1);
        for (var i = 0; i < 130; i++)
        {
            Assert.Null((await a.EnterAsync(Tokens, 1)).Refusal);
            await a.TidyAsync();
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }

        // Both together, and not each of them, have what is left of the minute.
        Assert.Null((await b.EnterAsync(Tokens, MostTokens - 200)).Refusal);
        Assert.NotNull((await a.EnterAsync(Tokens, 300)).Refusal);
    }

    /// <summary>What it did not use of a minute that is over was given to others long ago.</summary>
    [Fact]
    public async Task Correct_OfARequestThatTookLongerThanAMinute_GivesNothingBack()
    {
        var rates = new TenantRates("acme", "a", HeldBack.Cluster(new RateLimitGrain(_time)).Cluster, _time, NullLogger.Instance);
        var early = await rates.EnterAsync(Tokens, MostTokens);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Null((await rates.EnterAsync(Tokens, MostTokens)).Refusal);
        early.Correct(1);
        Assert.NotNull((await rates.EnterAsync(Tokens, 10)).Refusal);
        // What it used beyond what it had taken counts whenever it is known.
        _time.Advance(TimeSpan.FromSeconds(61));
        early.Correct(MostTokens + 100);
        Assert.NotNull((await rates.EnterAsync(Tokens, MostTokens - 50)).Refusal);
    }

    private static async Task<List<RateTicket>> EnterAllAsync(TenantRates rates)
    {
        var tickets = new List<RateTicket>();
        for (var i = 0; i < Most; i++)
            tickets.Add(await rates.EnterAsync(Limits, 1));
        Assert.All(tickets, t => Assert.Null(t.Refusal));
        return tickets;
    }

    private sealed class FullDisk : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw new IOException("No space left on device");
    }

    // A cluster of one grain, which does at once what it is told; its replies may be long on their way.
    public class HeldBack : DispatchProxy
    {
        private RateLimitGrain _grain = null!;

        internal TaskCompletionSource? Reply { get; set; }

        internal bool IsAway { get; set; }

        internal TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal static (IClusterClient Cluster, HeldBack Held) Cluster(RateLimitGrain grain)
        {
            var cluster = Create<IClusterClient, HeldBack>();
            var held = (HeldBack)(object)cluster;
            held._grain = grain;
            return (cluster, held);
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.ReturnType != typeof(IRateLimitGrain))
                throw new NotSupportedException(targetMethod.Name);
            var reference = Create<IRateLimitGrain, Reference>();
            ((Reference)(object)reference).Held = this;
            return reference;
        }

        private async Task<RateGrant[]> ExchangeAsync(string process, RateDemand[] demands)
        {
            if (IsAway)
                throw new TimeoutException();
            var grants = await _grain.ExchangeAsync(process, demands);
            if (Reply is { } reply)
            {
                Asked.TrySetResult();
                await reply.Task;
            }

            return grants;
        }

        public class Reference : DispatchProxy
        {
            internal HeldBack Held { get; set; } = null!;

            protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
                targetMethod!.Name == nameof(IRateLimitGrain.ExchangeAsync)
                    ? new ValueTask<RateGrant[]>(Held.ExchangeAsync((string)args![0]!, (RateDemand[])args[1]!))
                    : throw new NotSupportedException(targetMethod.Name);
        }
    }
}
