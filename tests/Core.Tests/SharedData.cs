namespace OrleansLlm.Core.Tests;

/// <summary>Finds the data sets that lie beside a checkout; they are not part of the repository.</summary>
internal static class SharedData
{
    /// <summary>Full path of a data file, or <see langword="null"/> where this machine has none.</summary>
    public static string? Find(string relative)
    {
        if (Environment.GetEnvironmentVariable("ORLEANSLLM_DATA_DIR") is { Length: > 0 } named)
            return Existing(Path.Combine(named, relative));
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "data", relative)) is { } found)
                return found;
        }

        return null;
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;
}
