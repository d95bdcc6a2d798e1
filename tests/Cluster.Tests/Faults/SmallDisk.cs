using System.Diagnostics;
using System.Globalization;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>A disk of 128 MB that can be filled to the last byte. Needs root, to mount it.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-disk-");

    private SmallDisk()
    {
    }

    public string Folder => _folder.FullName;

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Mounts one; skips a test that was not asked for, or that this machine lets nobody run.</summary>
    public static SmallDisk Mount()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("ORLEANSLLM_CHAOS_ROUNDS") is null, "takes a minute: ./test.sh --chaos");
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "needs root, to mount a small disk");
        var disk = new SmallDisk();
        Run("mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", disk.Folder);
        return disk;
    }

    public async Task FillAsync()
    {
        await using var stream = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var piece = new byte[16 * 1024];
        try
        {
            while (true)
                await stream.WriteAsync(piece, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Takes away what filled it.</summary>
    public void Free() => File.Delete(Filler);

    public ValueTask DisposeAsync()
    {
        Run("umount", "-l", Folder);
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"{program} ended with {process.ExitCode}"));
    }
}
