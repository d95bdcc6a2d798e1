using OrleansLlm.Client.Tests.Samples;

[assembly: AssemblyFixture(typeof(PackageFeed))]

namespace OrleansLlm.Client.Tests.Samples;

/// <summary>The package as a user has it: packed once into a feed; the sample applications are built from copies of their own.</summary>
public sealed class PackageFeed : IDisposable
{
    private static readonly string[] Packed = ["core", "grains.abstractions", "client.extensions"];
    private readonly DirectoryInfo _work = Directory.CreateTempSubdirectory("orleansllm-package-");
    // A version of its own, so that no earlier package is found in the machine's cache.
    private readonly string _version = "0.1.0-test." + Guid.NewGuid().ToString("N");
    private readonly Lazy<Task<string>> _feed;

    public PackageFeed() => _feed = new(PackAsync);

    /// <summary>Builds the sample <paramref name="name"/>; the path of its assembly.</summary>
    internal async Task<string> BuildAsync(string name)
    {
        var feed = await _feed.Value;
        var sample = _work.CreateSubdirectory(name).FullName;
        Copy(Path.Combine(Repository.Root, "samples", name), sample);
        await RunAsync(sample, "build", "-c", "Release", "-o", "out", "-p:OrleansLlmVersion=" + _version, "-p:RestoreAdditionalProjectSources=" + feed, "--nologo", "-v", "q", "-warnaserror");
        return Path.Combine(sample, "out", name + ".dll");
    }

    public void Dispose()
    {
        _work.Delete(recursive: true);
        foreach (var name in Packed)
        {
            var cached = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages", "orleansllm." + name, _version);
            if (Directory.Exists(cached))
                Directory.Delete(cached, recursive: true);
        }
    }

    private async Task<string> PackAsync()
    {
        var feed = _work.CreateSubdirectory("feed").FullName;
        foreach (var project in new[] { "core/Core.csproj", "grains.abstractions/Grains.Abstractions.csproj", "client.extensions/Client.Extensions.csproj" })
            await RunAsync(Repository.Root, "pack", project, "-c", "Release", "-o", feed, "-p:Version=" + _version, "-p:ArtifactsPath=" + Path.Combine(_work.FullName, "pack"), "--nologo", "-v", "q");
        return feed;
    }

    private static async Task RunAsync(string folder, params string[] arguments) =>
        (await ProgramRun.OfAsync(folder, new Dictionary<string, string>(), "dotnet", arguments)).Succeeded();

    // Without what a build in the checkout has left.
    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from).Where(static f => Path.GetFileName(f) is not ("bin" or "obj" or "out")))
            Copy(folder, Directory.CreateDirectory(Path.Combine(to, Path.GetFileName(folder))).FullName);
    }
}
