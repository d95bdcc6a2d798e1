using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Storage;

public sealed class StoreConnectionTests
{
    [Fact]
    public async Task IsReachable_SilentStoreOfALongTimeout_IsKnownWithinTheGivenTime()
    {
        using var store = StoreConnection.Open(new StoreOptions { Redis = "127.0.0.1:1", Timeout = TimeSpan.FromMinutes(1) }, string.Empty, NullLoggerFactory.Instance);
        var redis = DispatchProxy.Create<IConnectionMultiplexer, Silent>();
        Assert.False(await store.IsReachableAsync(redis, TimeSpan.FromMilliseconds(50)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    // Takes a question and answers none.
    public class Silent : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IConnectionMultiplexer.GetDatabase) => Create<IDatabase, Silent>(),
            nameof(IDatabase.PingAsync) => new TaskCompletionSource<TimeSpan>().Task,
            _ => throw new NotSupportedException(targetMethod.Name),
        };
    }
}
