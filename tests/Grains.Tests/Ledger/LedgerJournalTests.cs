using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Ledger.Journal;

namespace OrleansLlm.Grains.Tests.Ledger;

public sealed class LedgerJournalTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("orleansllm-test-");
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Append_EntriesOfTwoTenants_AreNumberedEachWithoutGaps()
    {
        using var journal = Create();
        journal.Append(TestEntry.Of("a"), TestEntry.Of("b"));
        journal.Append(TestEntry.Of("a"));
        Assert.Equal([("a", 1L), ("b", 1L), ("a", 2L)], ReadAll(journal).Select(e => (e.TenantId, e.Sequence)));
    }

    [Fact]
    public void Append_MoreThanASegmentHolds_IsReadInOrder()
    {
        using var journal = Create();
        for (var i = 0; i < 12_000; i++)
            journal.Append(TestEntry.Of("t"));
        var read = ReadAll(journal);
        Assert.Equal(Enumerable.Range(1, 12_000).Select(i => (long)i), read.Select(e => e.Sequence));
        Assert.True(Directory.GetFiles(_root.FullName, "*.jsonl", SearchOption.AllDirectories).Length > 1);
    }

    [Fact]
    public void Abandoned_WriterLives_IsLeftAlone()
    {
        using var journal = Create();
        journal.Append(TestEntry.Of("t"));
        Assert.Empty(LedgerJournal.Abandoned(_root.FullName, _time, NullLogger.Instance));
    }

    [Fact]
    public void Abandoned_FolderOfSomebodyElse_IsLeftAlone()
    {
        var foreign = _root.CreateSubdirectory("lost+found");
        File.WriteAllText(Path.Combine(foreign.FullName, "000000000.jsonl"), "{}");
        Assert.Empty(LedgerJournal.Abandoned(_root.FullName, _time, NullLogger.Instance));
        Assert.Single(foreign.GetFiles());
    }

    [Fact]
    public void Abandoned_WriterGone_GivesItsEntriesUpToTheTornOne()
    {
        using (var journal = Create())
            journal.Append(TestEntry.Of("t"), TestEntry.Of("t"));
        var file = Directory.GetFiles(_root.FullName, "*.jsonl", SearchOption.AllDirectories).Single();
        File.AppendAllText(file, "{\"request_id\":\"torn");

        var found = Assert.Single(LedgerJournal.Abandoned(_root.FullName, _time, NullLogger.Instance));
        Assert.Empty(LedgerJournal.Abandoned(_root.FullName, _time, NullLogger.Instance));
        Assert.Equal([1, 2], ReadAll(found).Select(e => e.Sequence));
        found.Delete();
        Assert.Empty(_root.GetDirectories());
    }

    [Fact]
    public void Create_FolderCannotBeMade_KeepsEntriesInMemory()
    {
        var file = Path.Combine(_root.FullName, "file");
        File.WriteAllText(file, "no folder");
        using var journal = LedgerJournal.Create(file, "w", _time, NullLogger.Instance);
        journal.Append(TestEntry.Of("t"), TestEntry.Of("t"));
        Assert.True(journal.IsInMemory);
        Assert.Equal([1, 2], ReadAll(journal).Select(e => e.Sequence));
    }

    [Fact]
    public void Append_DiskMayTakeNoMore_GoesToMemoryAndBackOnceThereIsRoom()
    {
        const long most = 16 * 1024 * 1024;
        // What another process left counts too.
        var left = _root.CreateSubdirectory("left").FullName;
        File.WriteAllBytes(Path.Combine(left, "000000000.jsonl"), new byte[10 * 1024 * 1024]);
        using var journal = LedgerJournal.Create(_root.FullName, "w", _time, NullLogger.Instance, most);
        var count = 0;
        for (; !journal.IsInMemory; count++)
            journal.Append(TestEntry.Of("t"));
        Assert.InRange(Bytes(), most - 4 * 1024 * 1024, most);

        Directory.Delete(left, recursive: true);
        _time.Advance(TimeSpan.FromMinutes(2));
        journal.Rotate();
        journal.Append(TestEntry.Of("t"));
        Assert.False(journal.IsInMemory);
        Assert.Equal(Enumerable.Range(1, count + 1).Select(i => (long)i), ReadAll(journal).Select(e => e.Sequence));

        long Bytes() => _root.EnumerateFiles("*.jsonl", SearchOption.AllDirectories).Sum(static f => f.Length);
    }

    [Fact]
    public void Trim_PassedSegments_GoAfterAMinuteAndUnreadOnesStay()
    {
        using var journal = Create();
        journal.Append(TestEntry.Of("t"));
        _time.Advance(TimeSpan.FromMinutes(2));
        journal.Rotate();
        journal.Append(TestEntry.Of("t"));
        var cursor = journal.NewCursor();

        journal.Trim(cursor.Segment);
        Assert.Equal(2, Files());
        while (!cursor.Read(1024).IsEmpty)
            cursor.Advance();
        journal.Trim(cursor.Segment);
        Assert.Equal(2, Files());
        _time.Advance(TimeSpan.FromMinutes(2));
        journal.Trim(cursor.Segment);
        Assert.Equal(1, Files());

        int Files() => Directory.GetFiles(_root.FullName, "*.jsonl", SearchOption.AllDirectories).Length;
    }

    [Fact]
    public async Task Drain_SinkRefusesSometimes_TakesEverythingInOrder()
    {
        using var journal = Create();
        var sink = new Sink();
        using var feed = new LedgerFeed(journal, sink, _time, NullLogger.Instance);
        for (var i = 0; i < 5000; i++)
            journal.Append(TestEntry.Of("t"));
        var tries = 1;
        while (!await feed.DrainAsync(TestContext.Current.CancellationToken))
            tries++;
        Assert.True(tries > 1);
        Assert.Equal(0, feed.Behind);
        Assert.Equal(Enumerable.Range(1, 5000).Select(i => (long)i), sink.Taken);
    }

    private static List<LedgerEntry> ReadAll(LedgerJournal journal)
    {
        var cursor = journal.NewCursor();
        var read = new List<LedgerEntry>();
        // Far less than a line at a time.
        while (cursor.Read(100) is { IsEmpty: false } lines)
        {
            read.AddRange(LedgerLine.Split(lines).Select(l => LedgerLine.Read(l.Span)!));
            cursor.Advance();
        }

        return read;
    }

    private LedgerJournal Create() => LedgerJournal.Create(_root.FullName, "w", _time, NullLogger.Instance);

    private sealed class Sink : ILedgerSink
    {
        private int _calls;

        public string Name => "test";

        public List<long> Taken { get; } = [];

        public Task DeliverAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
        {
            if (_calls++ % 2 == 0)
                throw new IOException("not now");
            Taken.AddRange(LedgerLine.Split(lines).Select(l => LedgerLine.Read(l.Span)!.Sequence));
            return Task.CompletedTask;
        }
    }
}
