using OrleansLlm.Client.Configuration;

namespace OrleansLlm.Client.Tests.Configuration;

public sealed class RedisConnectionTests
{
    [Theory]
    [InlineData("redis://127.0.0.1")]
    [InlineData("redis://127.0.0.1:6379/")]
    // As managed Redis and Helm charts give it out: the database that is meant anyway.
    [InlineData("redis://127.0.0.1:6379/0")]
    public void Read_AddressOfTheFirstDatabase_IsTaken(string address)
    {
        var redis = RedisConnection.Read(new StoreOptions { Redis = address });
        Assert.Equal(("127.0.0.1:6379", false), (redis.EndPoints.Single().ToString(), redis.Ssl));
        Assert.True(redis.DefaultDatabase is null or 0);
    }

    [Theory]
    [InlineData("/no/such/file")]
    // Is there, and nobody can read it.
    [InlineData("/proc/self/mem")]
    public void Read_UserFileNotToBeRead_IsAProblemThatNamesIt(string file)
    {
        List<string> problems = [];
        RedisConnection.Read(new StoreOptions { Redis = "127.0.0.1:6379", RedisUserFile = file }, problems);
        Assert.Contains(file, Assert.Single(problems), StringComparison.Ordinal);
    }
}
