namespace OrleansLlm.Client.Tests.Samples;

/// <summary>An empty folder for scripts, with the packages that <c>test.sh</c> restores.</summary>
internal static class NodeFolder
{
    public static DirectoryInfo Create(string tests = "Node", string package = "openai")
    {
        var packages = Path.Combine(Repository.Root, "tests", "Client.Tests", tests, "node_modules");
        if (!Directory.Exists(Path.Combine(packages, package)))
            Assert.Skip($"The Node client is not restored: npm ci --prefix tests/Client.Tests/{tests}");
        var folder = Directory.CreateTempSubdirectory("orleansllm-node-");
        Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "node_modules"), packages);
        return folder;
    }

    /// <summary>The link goes first, so that nobody follows it.</summary>
    public static void Delete(DirectoryInfo folder)
    {
        Directory.Delete(Path.Combine(folder.FullName, "node_modules"));
        folder.Delete(recursive: true);
    }
}
