using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Tests.Gateway;

public sealed class ReplayBufferTests
{
    [Fact]
    public async Task Read_ByEarlyAndLateReaders_GivesEveryPieceInOrder()
    {
        var buffer = new ReplayBuffer();
        buffer.Append([1]);
        var early = ReadAsync(buffer);
        buffer.Append([2]);
        buffer.Append([3]);
        buffer.Complete();
        Assert.Equal([1, 2, 3], await early);
        Assert.Equal([1, 2, 3], await ReadAsync(buffer));
        Assert.Equal([1, 2, 3], buffer.ToArray());
    }

    [Fact]
    public async Task WaitForRoom_SlowReader_HoldsTheWriterAtTheLimit()
    {
        var buffer = new ReplayBuffer(limit: 10);
        var (fast, slow) = (buffer.TryOpen()!, buffer.TryOpen()!);
        var fastRead = fast.ReadAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var slowRead = slow.ReadAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (byte i = 0; i < 5; i++)
        {
            buffer.Append([i, i]);
            await buffer.WaitForRoomAsync(TestContext.Current.CancellationToken);
            Assert.True(await fastRead.MoveNextAsync());
        }

        buffer.Append([5, 5]);
        var waiting = buffer.WaitForRoomAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.True(await fastRead.MoveNextAsync());
        Assert.False(waiting.IsCompleted);
        Assert.True(buffer.IsWhole);

        Assert.True(await slowRead.MoveNextAsync());
        await waiting;
        Assert.Equal((10, 12), (buffer.Retained, buffer.Length));
        Assert.False(buffer.IsWhole);
        Assert.Null(buffer.TryOpen());
        Assert.Throws<InvalidOperationException>(() => buffer.ToArray());

        buffer.Complete();
        for (byte i = 1; i <= 5; i++)
        {
            Assert.True(await slowRead.MoveNextAsync());
            Assert.Equal([i, i], slowRead.Current);
        }

        Assert.False(await slowRead.MoveNextAsync());
        Assert.False(await fastRead.MoveNextAsync());
    }

    [Fact]
    public async Task WaitForRoom_SlowReaderLeaves_WriterGoesOn()
    {
        var buffer = new ReplayBuffer(limit: 1);
        var (reader, leaver) = (buffer.TryOpen()!, buffer.TryOpen()!);
        buffer.Append([1, 1]);
        var waiting = buffer.WaitForRoomAsync(TestContext.Current.CancellationToken).AsTask();
        await using var read = reader.ReadAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await read.MoveNextAsync());
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
        Assert.Equal(0, reader.Next);
    }

    // Any order of writing, reading, joining and leaving: every reader has every byte in order, and no more is held than the limit and a piece.
    [Fact]
    public void Read_AnyInterleaving_LosesNothingAndHoldsTheLimit() => Gen.Select(Gen.Int[0, 5].Array[1, 200], Gen.Int[1, 40]).Sample((steps, limit) =>
    {
        var buffer = new ReplayBuffer(limit);
        var written = new List<byte>();
        var completed = false;
        var readers = new List<(ReplayReader Reader, IAsyncEnumerator<byte[]> Pieces, List<byte> Read)>();
        Join();
        foreach (var step in steps)
        {
            switch (step)
            {
                case 0 when buffer.IsWhole:
                    Join();
                    break;
                case 1 when readers.Count > 1:
                    buffer.Close(readers[^1].Reader);
                    readers.RemoveAt(readers.Count - 1);
                    break;
                case 2 or 3:
                    if (!buffer.WaitForRoomAsync(new CancellationToken(canceled: true)).AsTask().IsCompletedSuccessfully)
                        break;
                    byte[] piece = [(byte)written.Count, (byte)(written.Count + 1), 7];
                    buffer.Append(piece);
                    written.AddRange(piece);
                    break;
                default:
                    foreach (var reader in readers.Take(step == 4 ? 1 : readers.Count))
                        Read(reader);
                    break;
            }

            Assert.True(buffer.Retained <= limit + 3);
        }

        buffer.Complete();
        completed = true;
        foreach (var reader in readers)
        {
            while (Read(reader))
            {
            }

            Assert.Equal(written, reader.Read);
        }

        void Join()
        {
            var reader = buffer.TryOpen()!;
            readers.Add((reader, reader.ReadAsync(CancellationToken.None).GetAsyncEnumerator(), []));
        }

        bool Read((ReplayReader Reader, IAsyncEnumerator<byte[]> Pieces, List<byte> Read) reader)
        {
            // It would wait for the next piece.
            if (reader.Read.Count == written.Count && !completed)
                return false;
            if (!reader.Pieces.MoveNextAsync().AsTask().GetAwaiter().GetResult())
                return false;
            reader.Read.AddRange(reader.Pieces.Current);
            return true;
        }
    });

    // The writer, and readers who come and go, each on a thread of its own: everyone who stays has every byte in order.
    [Fact]
    public async Task TryRead_ByReadersOnThreadsOfTheirOwn_GivesEveryByteInOrder()
    {
        const int Pieces = 5000;
        var buffer = new ReplayBuffer(limit: 64);
        var first = buffer.TryOpen()!;
        var reading = Enumerable.Range(0, 4).Select(i => i == 0 ? first : buffer.TryOpen()!).ToList().ConvertAll(reader => Task.Run(async () =>
        {
            var next = 0;
            do
            {
                while (reader.TryRead(out var piece))
                    Assert.Equal(next++, BitConverter.ToInt32(piece));
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
        for (var i = 0; i < Pieces; i++)
        {
            buffer.Append(BitConverter.GetBytes(i));
            await buffer.WaitForRoomAsync(TestContext.Current.CancellationToken);
        }

        // What is read of a complete answer after its run is over is all of it, too.
        buffer.Complete();
        buffer.Close(first);
        await leaving;
        Assert.All(await Task.WhenAll(reading), static count => Assert.Equal(Pieces, count));
    }

    [Fact]
    public async Task WaitAsync_WokenBeforeOrMeanwhile_ReturnsWithoutAPiece()
    {
        var buffer = new ReplayBuffer();
        var reader = buffer.TryOpen()!;
        reader.Wake();
        Assert.True(await reader.WaitAsync());
        var waiting = reader.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        reader.Wake();
        Assert.True(await waiting);
        Assert.False(reader.TryRead(out _));
        buffer.Close(reader);
        Assert.False(await reader.WaitAsync());
    }

    private static async Task<byte[]> ReadAsync(ReplayBuffer buffer)
    {
        var bytes = new List<byte>();
        await foreach (var piece in buffer.TryOpen()!.ReadAsync(TestContext.Current.CancellationToken))
            bytes.AddRange(piece);
        return [.. bytes];
    }
}
