using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
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
    private const int NameLength = 32;

    private readonly ConcurrentDictionary<string, ShardFolder> _folders = new(StringComparer.Ordinal);

    public Task<IShardLog> OpenAsync(string shardId, CancellationToken cancellationToken)
    {
        // Names of shards begin with their tenant's and are no names of files.
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shardId)).AsSpan(0, NameLength / 2));
        var folder = _folders.GetOrAdd(name, n => new ShardFolder(Path.Combine(directory, n)));
        return Task.Run<IShardLog>(() => new FileShardLog(folder, folder.Open(), sync), cancellationToken);
    }

    /// <summary>Deletes shards to which nobody wrote since: the last of their answers has expired.</summary>
    public void DeleteUnwrittenSince(DateTimeOffset time)
    {
        if (!Directory.Exists(directory))
            return;
        foreach (var path in Directory.EnumerateDirectories(directory).Where(static p => Path.GetFileName(p) is { Length: NameLength } name && name.All(char.IsAsciiHexDigitLower)))
            _folders.GetOrAdd(Path.GetFileName(path), n => new ShardFolder(Path.Combine(directory, n))).DeleteIfUnwrittenSince(time);
    }
}
