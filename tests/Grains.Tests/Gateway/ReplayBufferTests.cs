using System.Buffers;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Tests.Gateway;

public sealed class ReplayBufferTests
{
    [ThreadStatic]
    private static bool t_publishes;

    [Fact]
    public async Task Read_ByEarlyAndLateReaders_GivesEveryByteInOrder()
    {
        var buffer = new ReplayBuffer();
        buffer.Append([1]);
        var early = ReadAsync(buffer.TryOpen()!);
        buffer.Append([2]);
        var late = buffer.TryOpen()!;
        buffer.Append([3]);
        buffer.Publish(onThisThread: false);
        Assert.Equal([1, 2, 3], buffer.ToArray());
        buffer.Complete();
        Assert.Equal([1, 2, 3], await early);
        Assert.Equal([1, 2, 3], await ReadAsync(late));
    }

    [Fact]
    public void ToArray_OfAPlainAnswer_IsThatAnswer()
    {
        var buffer = new ReplayBuffer();
        byte[] answer = [1, 2, 3];
        buffer.AppendWhole(answer);
        buffer.Complete();
        Assert.Same(answer, buffer.ToArray());
    }

    [Fact]
    public async Task WaitForRoom_SlowReader_HoldsTheWriterAtTheLimit()
    {
        var buffer = new ReplayBuffer(limit: 10);
        var (fast, slow) = (buffer.TryOpen()!, buffer.TryOpen()!);
        for (byte i = 0; i < 5; i++)
        {
            buffer.Append([i, i]);
            await buffer.WaitForRoomAsync(TestContext.Current.CancellationToken);
            Assert.Equal([i, i], Read(fast));
        }

        buffer.Append([5, 5]);
        var waiting = buffer.WaitForRoomAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.Equal([5, 5], Read(fast));
        Assert.False(waiting.IsCompleted);
        Assert.True(buffer.IsWhole);

        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5], Read(slow));
        await waiting;
        Assert.Equal((0, 12), (buffer.Retained, buffer.Length));
        Assert.False(buffer.IsWhole);
        Assert.Null(buffer.TryOpen());
        Assert.Throws<InvalidOperationException>(() => buffer.ToArray());

        buffer.Append([6]);
        buffer.Complete();
        Assert.Equal([6], Read(slow));
        Assert.Equal([6], Read(fast));
        Assert.False(await slow.WaitAsync());
    }

    [Fact]
    public async Task WaitForRoom_SlowReaderLeaves_WriterGoesOn()
    {
        var buffer = new ReplayBuffer(limit: 1);
        var (reader, leaver) = (buffer.TryOpen()!, buffer.TryOpen()!);
        buffer.Append([1, 1]);
        var waiting = buffer.WaitForRoomAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.Equal([1, 1], Read(reader));
        Assert.False(waiting.IsCompleted);
        buffer.Close(leaver);
        await waiting;
        Assert.Equal(0, buffer.Retained);
    }

    [Fact]
    public async Task WaitForRoom_BeforeAnybodyReads_DropsNothing()
    {
        var buffer = new ReplayBuffer(limit: 1);
        var reader = buffer.TryOpen()!;
        buffer.Append([7, 7]);
        using var abandoned = new CancellationTokenSource();
        var waiting = buffer.WaitForRoomAsync(abandoned.Token).AsTask();
        Assert.Equal((2, true), (buffer.Retained, buffer.IsWhole));
        await abandoned.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, reader.Position);
    }

    [Fact]
    public void Read_OfWhatNobodyCanJoin_DropsItAtOnce()
    {
        var buffer = new ReplayBuffer(isPrivate: true);
        var reader = buffer.TryOpen()!;
        buffer.Append([1]);
        Assert.Equal([1], Read(reader));
        Assert.Equal((0, false), (buffer.Retained, buffer.IsWhole));
        buffer.Append([2]);
        Assert.Equal([2], Read(reader));
        buffer.Complete();
        Assert.Empty(Read(reader));
    }

    // Any order of writing, reading, joining and leaving: every reader has every byte in order, and no more is held than the limit and an event.
    [Fact]
    public void Read_AnyInterleaving_LosesNothingAndHoldsTheLimit() => Gen.Select(Gen.Int[0, 5].Array[1, 200], Gen.Int[1, 40], Gen.Bool, Gen.OneOf(Gen.Int[1, 5], Gen.Int[1, 9000]).Array[1, 4]).Sample((steps, limit, isPrivate, sizes) =>
    {
        limit *= sizes.Max();
        var buffer = new ReplayBuffer(limit, isPrivate);
        var written = new List<byte>();
        var readers = new List<(ReplayReader Reader, List<byte> Read)>();
        var last = 0;
        Join();
        foreach (var step in steps)
        {
            switch (step)
            {
                case 0 when buffer.IsWhole && !isPrivate:
                    Join();
                    break;
                case 1 when readers.Count > 1:
                    buffer.Close(readers[^1].Reader);
                    Assert.Empty(Read(readers[^1].Reader));
                    readers.RemoveAt(readers.Count - 1);
                    break;
                case 2 or 3:
                    if (!buffer.WaitForRoomAsync(new CancellationToken(canceled: true)).AsTask().IsCompletedSuccessfully)
                        break;
                    last = sizes[written.Count % sizes.Length];
                    var bytes = Enumerable.Range(0, last).Select(i => (byte)((written.Count + i) * 7)).ToArray();
                    buffer.Append(bytes);
                    written.AddRange(bytes);
                    break;
                default:
                    foreach (var (reader, read) in readers.Take(step == 4 ? 1 : readers.Count))
                        read.AddRange(Read(reader));
                    break;
            }

            Assert.True(buffer.Retained <= limit + last);
        }

        buffer.Complete();
        foreach (var (reader, read) in readers)
        {
            // Whoever waits for it may be told before it has read all.
            buffer.Close(reader);
            while (Read(reader) is { Length: > 0 } more)
                read.AddRange(more);
            Assert.Equal(written, read);
        }

        void Join() => readers.Add((buffer.TryOpen()!, []));
    });

    // The writer, and readers who come and go, each on a thread of its own: everyone who stays has every byte in order.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_ByReadersOnThreadsOfTheirOwn_GivesEveryByteInOrder(bool onThisThread)
    {
        const int Events = 5000;
        var buffer = new ReplayBuffer(limit: 64);
        var first = buffer.TryOpen()!;
        var reading = Enumerable.Range(0, 4).Select(i => i == 0 ? first : buffer.TryOpen()!).ToList().ConvertAll(reader => Task.Run(async () =>
        {
            var next = 0;
            do
            {
                while (Read(reader) is { Length: > 0 } read)
                {
                    for (var at = 0; at < read.Length; at += sizeof(int))
                        Assert.Equal(next++, BitConverter.ToInt32(read, at));
                }
            }
            while (await reader.WaitAsync());
            return next;
        }, TestContext.Current.CancellationToken));
        var leaver = buffer.TryOpen()!;
        var leaving = Task.Run(async () =>
        {
            await leaver.WaitAsync();
            buffer.Close(leaver);
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < Events; i++)
        {
            buffer.Append(BitConverter.GetBytes(i));
            buffer.Publish(onThisThread);
            await buffer.WaitForRoomAsync(TestContext.Current.CancellationToken);
        }

        // What is read of a complete answer after its run is over is all of it, too.
        buffer.Complete();
        buffer.Close(first);
        await leaving;
        Assert.All(await Task.WhenAll(reading), static count => Assert.Equal(Events, count));
    }

    // Blocks go back to the pool while others use theirs: nobody ever reads another's bytes, those who leave in the middle of a copy included.
    [Fact]
    public async Task Read_BesideManyOthers_NeverGivesAnothersBytes() => await Task.WhenAll(Enumerable.Range(1, 8).Select(stream => Task.Run(async () =>
    {
        for (var round = 0; round < 60; round++)
        {
            var buffer = new ReplayBuffer(limit: 8 * 1024, isPrivate: round % 2 == 0);
            var reader = buffer.TryOpen()!;
            var reading = Task.Run(async () =>
            {
                var count = 0;
                do
                {
                    while (Read(reader) is { Length: > 0 } read)
                    {
                        count += read.Length;
                        Assert.Equal(-1, read.AsSpan().IndexOfAnyExcept((byte)stream));
                    }
                }
                while (await reader.WaitAsync());
                return count;
            }, TestContext.Current.CancellationToken);
            var (events, leaves) = (new byte[700], round % 3 == 0);
            Array.Fill(events, (byte)stream);
            for (var i = 0; i < 100 && !(leaves && i == 50); i++)
            {
                buffer.Append(events);
                buffer.Publish(onThisThread: i % 2 == 0);
                await buffer.WaitForRoomAsync(TestContext.Current.CancellationToken);
            }

            if (leaves)
                buffer.Close(reader);
            buffer.Complete();
            var total = await reading;
            Assert.True(leaves || total == 100 * events.Length);
        }
    }, TestContext.Current.CancellationToken)));

    [Fact]
    public async Task Publish_OnThisThread_HasTheFirstReaderReadBeforeItReturns()
    {
        var buffer = new ReplayBuffer();
        var (first, second) = (buffer.TryOpen()!, buffer.TryOpen()!);
        var (firstRead, secondRead) = (OnceAsync(first), OnceAsync(second));
        buffer.Append([1]);
        Assert.False(firstRead.IsCompleted);
        t_publishes = true;
        buffer.Publish(onThisThread: true);
        t_publishes = false;
        Assert.True(firstRead.IsCompleted);
        Assert.True(await firstRead);
        Assert.False(await secondRead);

        static async Task<bool> OnceAsync(ReplayReader reader)
        {
            Assert.True(await reader.WaitAsync().ConfigureAwait(false));
            Assert.Equal([1], Read(reader));
            return t_publishes;
        }
    }

    [Fact]
    public async Task WaitAsync_WokenBeforeOrMeanwhile_ReturnsWithoutAByte()
    {
        var buffer = new ReplayBuffer();
        var reader = buffer.TryOpen()!;
        reader.Wake();
        Assert.True(await reader.WaitAsync());
        var waiting = reader.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        reader.Wake();
        Assert.True(await waiting);
        Assert.Empty(Read(reader));
        buffer.Close(reader);
        Assert.False(await reader.WaitAsync());
    }

    private static byte[] Read(ReplayReader reader)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Assert.Equal(reader.Read(bytes), bytes.WrittenCount);
        return bytes.WrittenSpan.ToArray();
    }

    private static async Task<byte[]> ReadAsync(ReplayReader reader)
    {
        var bytes = new List<byte>();
        await foreach (var events in reader.ReadAsync(TestContext.Current.CancellationToken))
            bytes.AddRange(events);
        return [.. bytes];
    }
}
