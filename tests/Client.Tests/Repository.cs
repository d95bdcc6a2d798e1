namespace OrleansLlm.Client.Tests;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "OrleansLlm.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException("The tests do not lie in the repository.");
    }
}
