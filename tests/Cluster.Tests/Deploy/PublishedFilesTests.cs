using System.Diagnostics;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Documentation;

namespace OrleansLlm.Cluster.Tests.Deploy;

/// <summary>What the program is shipped with, as a tool, an image or a folder.</summary>
public sealed class PublishedFilesTests
{
    [Fact]
    public async Task Publish_CpuBuild_HasWhatRunsAndNothingForPhonesOrGpus()
    {
        var start = new ProcessStartInfo(
            "dotnet", ["msbuild", "silo/Silo.csproj", "-t:ComputeResolvedFilesToPublishList", "-getItem:ResolvedFileToPublish", "-p:Configuration=Release", "-nodeReuse:false"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        using var msbuild = Process.Start(start)!;
        using var items = JsonDocument.Parse(await msbuild.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await msbuild.WaitForExitAsync(TestContext.Current.CancellationToken);
        var files = items.RootElement.GetProperty("Items").GetProperty("ResolvedFileToPublish").EnumerateArray()
            .Select(static i => i.GetProperty("RelativePath").GetString()!.Replace('\\', '/')).ToHashSet(StringComparer.Ordinal);
        foreach (var needed in new[]
        {
            "models/embedder/model.int8.onnx", "models/verifier/model.int8.onnx", "models/compressor-fast/model.int8.onnx", "models/acceptance.json", "models/stakes.json",
            "runtimes/linux-x64/native/libonnxruntime.so", "runtimes/linux-arm64/native/libonnxruntime.so", "runtimes/osx-arm64/native/libonnxruntime.dylib", "runtimes/win-x64/native/onnxruntime.dll",
        })
            Assert.Contains(needed, files);
        Assert.DoesNotContain(files, static f => f.StartsWith("runtimes/android", StringComparison.Ordinal) || f.StartsWith("runtimes/ios", StringComparison.Ordinal));
        Assert.DoesNotContain(files, static f => f.EndsWith(".w8.onnx", StringComparison.Ordinal) || f.StartsWith("models/reference", StringComparison.Ordinal));
    }
}
