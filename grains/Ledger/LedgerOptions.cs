using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Grains.Ledger;

/// <summary><c>OrleansLlm:Ledger</c>. Takes effect at start.</summary>
public sealed class LedgerOptions
{
    /// <value>Folder of the journals, in which entries wait until the store has them. Default: <c>ledger</c> in the data folder. Put it where it outlives the process.</value>
    public string? JournalDirectory { get; set; }

    /// <value>
    /// Most bytes of the disk that all journals in the folder take, 16 MiB to 1 TiB, to within 4 MiB a process. What comes beyond it is held in 64 MiB of memory, then
    /// lost and counted. Default: none, what the volume has. On a volume that must not be filled, as Kubernetes' <c>emptyDir</c>, which puts out a pod for it and the
    /// journal with it, set it below the volume's size.
    /// </value>
    [Range(16L * 1024 * 1024, 1024L * 1024 * 1024 * 1024)]
    public long? JournalBytes { get; set; }

    /// <value>How long single entries are kept after their day, one day to ten years. Default 35 days.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan EntryRetention { get; set; } = TimeSpan.FromDays(35);

    /// <value>How long hourly sums are kept after their day, one day to ten years. Default 400 days. Entries older than that are not taken any more.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan TotalsRetention { get; set; } = TimeSpan.FromDays(400);

    /// <value>Whether entries carry the first 200 characters of the question, for the report of the dearest ones. Default false: then they carry a hash alone.</value>
    public bool KeepQuestions { get; set; }

    /// <value>Name of an environment variable that holds a PostgreSQL connection string (<c>Host=…;Username=…;Password=…;Database=…</c>): entries are then copied there, too. Default none.</value>
    public string? PostgresVariable { get; set; }

    /// <value>Path of a secret file that holds the connection string, in place of a variable.</value>
    public string? PostgresFile { get; set; }

    /// <value>The table there; made where it is missing. Default <c>orleansllm_ledger</c>.</value>
    [Required, MinLength(1), MaxLength(63)]
    public string PostgresTable { get; set; } = "orleansllm_ledger";
}
