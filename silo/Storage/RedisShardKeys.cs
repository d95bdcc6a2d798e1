using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>The keys of one shard.</summary>
internal readonly record struct RedisShardKeys(string ShardId)
{
    public RedisKey Epoch => Key("epoch");

    /// <summary>Holds the name of the log that counts; absent for the first, "0".</summary>
    public RedisKey Current => Key("current");

    /// <summary>Holds the name of the log that a snapshot is written to.</summary>
    public RedisKey Snapshot => Key("snapshot");

    public RedisKey Log(string name) => Key("log:" + name);

    private RedisKey Key(string part) => $"orleansllm:shard:{{{ShardId}}}:{part}";
}
