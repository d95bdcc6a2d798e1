using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Grains.Abstractions.Caching;
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
    public void ExactAnswers_FullOrExpiredOrTooOld_AreNotFound()
    {
        var time = new FakeTimeProvider();
        var answers = new ExactAnswers(2, time);
        foreach (var name in new[] { "a", "b", "c" })
            answers.Keep(name, Answer(time), TimeSpan.FromMinutes(1));
        Assert.Null(answers.Find("a", null));
        Assert.NotNull(answers.Find("b", null));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(answers.Find("c", 10));
        Assert.NotNull(answers.Find("c", 60));
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(answers.Find("c", null));
    }

    private static StoredAnswer Answer(FakeTimeProvider time) => new() { Body = [], Model = "m", Usage = default, CreatedAt = time.GetUtcNow() };

    private static async Task<byte[]> ReadAsync(ReplayBuffer buffer)
    {
        var bytes = new List<byte>();
        await foreach (var piece in buffer.ReadAsync(TestContext.Current.CancellationToken))
            bytes.AddRange(piece);
        return [.. bytes];
    }
}
