using Orleans.Storage;

namespace OrleansLlm.Grains.Tests;

public sealed class StateWriterTests
{
    private readonly FakeState _state = new();
    private readonly List<Exception> _failures = [];
    private int _value;

    [Fact]
    public async Task Save_NothingChanged_WritesNothing()
    {
        await Writer().SaveAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_state.Stored);
    }

    [Fact]
    public async Task Save_Changed_WritesWhatIsTrueThen()
    {
        var writer = Writer();
        writer.Changed();
        _value = 7;
        await writer.SaveAsync(TestContext.Current.CancellationToken);
        await writer.SaveAsync(TestContext.Current.CancellationToken);
        Assert.Equal([7], _state.Stored);
    }

    [Fact]
    public async Task Save_StoreAway_IsTriedAgainWithoutANewChange()
    {
        var writer = Writer();
        writer.Changed();
        _value = 7;
        _state.Fault = new TimeoutException();
        await writer.SaveAsync(TestContext.Current.CancellationToken);
        Assert.IsType<TimeoutException>(Assert.Single(_failures));
        _state.Fault = null;
        await writer.SaveAsync(TestContext.Current.CancellationToken);
        Assert.Equal([7], _state.Stored);
    }

    /// <summary>A flushed store refuses every write by the tag of before: without a new one nothing would be kept until the grain goes.</summary>
    [Fact]
    public async Task Save_TagNoLongerTheStores_IsReadAnewAndWrites()
    {
        var writer = Writer();
        writer.Changed();
        _value = 7;
        _state.IsStale = true;
        await writer.SaveAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_failures);
        Assert.Equal([7], _state.Stored);
        Assert.Equal(7, _state.State.Value);
    }

    private StateWriter<Counted> Writer() => new(_state, s => s.Value = _value, _failures.Add);

    private sealed class Counted
    {
        public int Value { get; set; }
    }

    private sealed class FakeState : IPersistentState<Counted>
    {
        public List<int> Stored { get; } = [];

        public Exception? Fault { get; set; }

        public bool IsStale { get; set; }

        public Counted State { get; set; } = new();

        public string? Etag => null;

        public bool RecordExists => false;

        public Task ReadStateAsync()
        {
            IsStale = false;
            State = new Counted();
            return Task.CompletedTask;
        }

        public Task WriteStateAsync()
        {
            if (Fault is not null)
                return Task.FromException(Fault);
            if (IsStale)
                return Task.FromException(new InconsistentStateException("another tag"));
            Stored.Add(State.Value);
            return Task.CompletedTask;
        }

        public Task ClearStateAsync() => Task.CompletedTask;
    }
}
