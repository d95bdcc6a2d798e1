using System.Runtime.InteropServices;

namespace OrleansLlm.Silo.Hosting;

/// <summary>The memory of native code, of which the C library keeps what was freed.</summary>
internal static class NativeHeap
{
    /// <summary>Gives the system back what is free; nothing where the C library is not glibc, whose call it is (https://man7.org/linux/man-pages/man3/malloc_trim.3.html).</summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = TrimMalloc(0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, which keeps what it keeps.
        }
    }

    [DllImport("libc.so.6", EntryPoint = "malloc_trim", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int TrimMalloc(nuint pad);
}
