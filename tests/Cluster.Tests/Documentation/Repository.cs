namespace OrleansLlm.Cluster.Tests.Documentation;

/// <summary>The checkout that these tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OrleansLlm.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests do not run inside a checkout.");
    }
}
