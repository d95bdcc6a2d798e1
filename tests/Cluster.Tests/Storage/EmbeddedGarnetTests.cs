using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Inference.Tests;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Storage;

public sealed class EmbeddedGarnetTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-garnet-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>
    /// What a crash leaves is a copy of the files at some moment, often in the middle of a transaction. The start after it must leave nothing
    /// behind that hides what is written later from the start after that.
    /// </summary>
    [Fact]
    public async Task Start_AfterCrashesInTheMiddleOfTransactions_KeepsWhatIsWrittenAfter()
    {
        for (var crash = 0; crash < 3; crash++)
        {
            var first = PathOf("first", crash);
            using (var garnet = EmbeddedGarnet.Start(first, NullLoggerFactory.Instance))
            {
                await using var redis = await ConnectAsync(garnet);
                using var stop = new CancellationTokenSource();
                var writing = WriteTransactionsAsync(redis.GetDatabase(), stop.Token);
                await Task.Delay(150 + crash * 17, TestContext.Current.CancellationToken);
                Copy(first, PathOf("second", crash));
                await stop.CancelAsync();
                await writing;
            }

            using (var garnet = EmbeddedGarnet.Start(PathOf("second", crash), NullLoggerFactory.Instance))
            {
                await using var redis = await ConnectAsync(garnet);
                await WriteAsync(redis.GetDatabase(), 0);
                await redis.GetDatabase().StringSetAsync("after", "here");
                await Task.Delay(200, TestContext.Current.CancellationToken);
                Copy(PathOf("second", crash), PathOf("third", crash));
            }

            using (var garnet = EmbeddedGarnet.Start(PathOf("third", crash), NullLoggerFactory.Instance))
            {
                await using var redis = await ConnectAsync(garnet);
                Assert.Equal((crash, "here"), (crash, (string?)await redis.GetDatabase().StringGetAsync("after")));
            }
        }
    }

    /// <summary>Before, both wrote them: a gateway started twice lost what it kept.</summary>
    [Fact]
    public void Start_WhileAnotherHasTheFiles_IsRefused()
    {
        using (EmbeddedGarnet.Start(_folder.FullName, NullLoggerFactory.Instance))
            Assert.Contains("ORLEANSLLM_DATA: another process uses the store", Assert.Throws<ConfigurationException>(() => EmbeddedGarnet.Start(_folder.FullName, NullLoggerFactory.Instance)).Message, StringComparison.Ordinal);
        EmbeddedGarnet.Start(_folder.FullName, NullLoggerFactory.Instance).Dispose();
    }

    /// <summary>By itself it writes to the console, past the log's format and level.</summary>
    [Fact]
    public void Start_WithALog_TellsItWhatItHasToSay()
    {
        using var log = new RecordingLoggerFactory();
        EmbeddedGarnet.Start(_folder.FullName, log).Dispose();
        Assert.Contains(log.Messages, static m => m.Text.Contains("Garnet", StringComparison.Ordinal));
    }

    /// <summary>A key that is revoked right before the gateway is stopped must not open anything after its next start.</summary>
    [Fact]
    public async Task Dispose_RightAfterAnAnswer_WhatWasAnsweredIsThere()
    {
        const int Rounds = 10;
        const int Writes = 10;
        for (var round = 0; round < Rounds; round++)
        {
            using var garnet = EmbeddedGarnet.Start(_folder.FullName, NullLoggerFactory.Instance);
            await using var redis = await ConnectAsync(garnet);
            var database = redis.GetDatabase();
            for (var i = 0; i < Writes; i++)
            {
                Assert.Equal(round, await database.ListLengthAsync($"list:{i}:19"));
                await WriteAsync(database, i);
            }
        }
    }

    private static Task<ConnectionMultiplexer> ConnectAsync(EmbeddedGarnet garnet) => ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{garnet.Port},password={garnet.Password}");

    private static async Task WriteTransactionsAsync(IDatabase database, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
            await WriteAsync(database, i);
    }

    private static async Task WriteAsync(IDatabase database, int i)
    {
        var transaction = database.CreateTransaction();
        for (var part = 0; part < 20; part++)
            _ = transaction.ListRightPushAsync($"list:{i}:{part}", new byte[20_000]);
        Assert.True(await transaction.ExecuteAsync());
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(static f => Path.GetFileName(f) != "lock"))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = File.Create(target);
            source.CopyTo(copy);
        }
    }

    private string PathOf(string name, int crash) => Path.Combine(_folder.FullName, name + crash);
}
