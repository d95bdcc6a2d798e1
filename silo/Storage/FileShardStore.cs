using System.Collections.Concurrent;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Shards of the cache beside the embedded store: a folder for each, and in it the log that counts. In that store's memory they would be a second time, as long as
/// the cache is; and each checkpoint would keep what they were before it. This process alone writes them.
/// </summary>
/// <param name="directory">Holds the folders.</param>
/// <param name="sync">Is told what is written.</param>
internal sealed class FileShardStore(string directory, FileSync sync) : IShardStore
{
    private readonly ConcurrentDictionary<string, ShardFolder> _folders = new(StringComparer.Ordinal);

    public Task<IShardLog> OpenAsync(string shardId, CancellationToken cancellationToken)
    {
        var folder = FolderOf(HashedName.Of(shardId));
        return Task.Run<IShardLog>(() => new FileShardLog(folder, folder.Open(), sync), cancellationToken);
    }

    /// <summary>Deletes shards to which nobody wrote since: the last of their answers has expired.</summary>
    public void DeleteUnwrittenSince(DateTimeOffset time)
    {
        if (!Directory.Exists(directory))
            return;
        foreach (var name in Directory.EnumerateDirectories(directory).Select(static p => Path.GetFileName(p)).Where(HashedName.IsOne))
            FolderOf(name).DeleteIfUnwrittenSince(time);
    }

    private ShardFolder FolderOf(string name) => _folders.GetOrAdd(name, n => new ShardFolder(Path.Combine(directory, n)));
}
