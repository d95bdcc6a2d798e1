using System.Globalization;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Silo.Storage;

/// <summary>One shard's files: <c>0000000003.log</c> counts, the highest where a crash left two; <c>0000000004.new</c> is a snapshot that is being written.</summary>
internal sealed class ShardFolder(string path)
{
    private const string LogExtension = ".log";
    private const string SnapshotExtension = ".new";

    private readonly Lock _writing = new();
    private long _opening;

    /// <summary>The file of a log.</summary>
    public string Log(long number) => Name(number, LogExtension);

    /// <summary>The file of a snapshot that is to be a log.</summary>
    public string Snapshot(long number) => Name(number, SnapshotExtension);

    /// <summary>Takes the shard over from every earlier opening, and deletes what none of them finished.</summary>
    /// <returns>The opening, and the log that counts; null where there is none yet.</returns>
    public (long Opening, long? Log) Open()
    {
        lock (_writing)
        {
            var opening = ++_opening;
            if (!Directory.Exists(path))
                return (opening, null);
            long? log = null;
            foreach (var file in Directory.EnumerateFiles(path, "*" + LogExtension))
            {
                if (long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && !(number < log))
                    log = number;
            }

            foreach (var file in Directory.EnumerateFiles(path).Where(f => log is null || f != Log(log.Value)).ToList())
                File.Delete(file);
            return (opening, log);
        }
    }

    /// <summary>Writes, unless a later opening has been made.</summary>
    public ShardWriteOutcome Write(long opening, Func<ShardWriteOutcome> write)
    {
        lock (_writing)
        {
            if (opening != _opening)
                return ShardWriteOutcome.Fenced;
            Directory.CreateDirectory(path);
            return write();
        }
    }

    public void DeleteIfUnwrittenSince(DateTimeOffset time)
    {
        lock (_writing)
        {
            if (Directory.Exists(path) && Directory.EnumerateFiles(path).All(f => File.GetLastWriteTimeUtc(f) < time.UtcDateTime))
                Directory.Delete(path, recursive: true);
        }
    }

    private string Name(long number, string extension) => Path.Combine(path, number.ToString("D10", CultureInfo.InvariantCulture) + extension);
}
