using OrleansLlm.Client.Configuration;

namespace OrleansLlm.Silo.Hosting;

/// <summary>The folder named by <c>ORLEANSLLM_DATA</c>. Questions, answers and figures lie in it, so that what is in it opens to its owner alone.</summary>
internal static class DataDirectory
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string StoreOf(string directory) => Path.Combine(directory, "garnet");

    public static string JournalOf(string directory) => Path.Combine(directory, "ledger");

    /// <summary>Where the ledger's entries lie, with the embedded store.</summary>
    public static string EntriesOf(string directory) => Path.Combine(directory, "ledger-entries");

    /// <summary>Where the cache's shards lie, with the embedded store.</summary>
    public static string ShardsOf(string directory) => Path.Combine(directory, "cache-shards");

    /// <summary>Makes the folders that are missing, and closes ours to others.</summary>
    /// <exception cref="ConfigurationException">The folder cannot be made.</exception>
    public static void Prepare(string directory)
    {
        try
        {
            foreach (var folder in (string[])[directory, .. Ours(directory)])
                Create(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"ORLEANSLLM_DATA: '{Path.GetFullPath(directory)}' cannot be written ({e.Message}). Name a folder that this user may write.");
        }

        // The folder itself may be anybody's, /tmp or a mounted volume.
        foreach (var folder in Ours(directory))
            Close(folder);
    }

    private static string[] Ours(string directory) => [StoreOf(directory), JournalOf(directory), EntriesOf(directory), ShardsOf(directory)];

    private static void Create(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, Owner);
    }

    private static void Close(string folder)
    {
        if (OperatingSystem.IsWindows() || File.GetUnixFileMode(folder) == Owner)
            return;
        try
        {
            File.SetUnixFileMode(folder, Owner);
        }
        catch (UnauthorizedAccessException)
        {
            // Another user made it; a volume of a cluster is closed by its own rules.
        }
    }
}
