using OrleansLlm.Client.Configuration;

namespace OrleansLlm.Client.Tests.Configuration;

public sealed class RedisConnectionTests
{
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
