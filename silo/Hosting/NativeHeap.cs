using System.Runtime.InteropServices;

namespace OrleansLlm.Silo.Hosting;

/// <summary>The memory of native code, of which the C library keeps what was freed. Nothing happens here where that library is not glibc.</summary>
internal static class NativeHeap
{
    private const string Variable = "MALLOC_ARENA_MAX";

    // Heaps that all threads share in place of up to eight a core, each of which keeps the most that any model's run ever took from it.
    private const int Heaps = 2;

    // M_ARENA_MAX of malloc.h.
    private const int ArenaMax = -8;

    /// <summary>Has threads share heaps from now on, unless the environment says how many there may be (https://man7.org/linux/man-pages/man3/mallopt.3.html).</summary>
    public static void Share()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 })
            Call(static () => SetOption(ArenaMax, Heaps));
    }

    /// <summary>Gives the system back what is free (https://man7.org/linux/man-pages/man3/malloc_trim.3.html).</summary>
    public static void Trim() => Call(static () => TrimMalloc(0));

    private static void Call(Func<int> function)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = function();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, which keeps what it keeps.
        }
    }

    [DllImport("libc.so.6", EntryPoint = "mallopt", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int option, int value);

    [DllImport("libc.so.6", EntryPoint = "malloc_trim", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int TrimMalloc(nuint pad);
}
