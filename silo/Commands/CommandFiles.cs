namespace OrleansLlm.Silo.Commands;

/// <summary>The files that a command line names, looked at before anything is done or billed. What is wrong with one is told in a line.</summary>
internal static class CommandFiles
{
    /// <summary>Whether a file can be read; else <see cref="ExitCode.NoInput"/> is what the command ends with.</summary>
    public static async Task<bool> CanReadAsync(string path)
    {
        if (!File.Exists(path))
        {
            await Console.Error.WriteLineAsync($"There is no file '{path}'.");
            return false;
        }

        return await CanOpenAsync(path, FileMode.Open, FileAccess.Read);
    }

    /// <summary>Whether a file can be written, which it is not here; else <see cref="ExitCode.CannotWrite"/> is what the command ends with.</summary>
    public static async Task<bool> CanWriteAsync(string path)
    {
        var isNew = !File.Exists(path);
        if (!await CanOpenAsync(path, FileMode.OpenOrCreate, FileAccess.Write))
            return false;
        if (isNew)
            File.Delete(path);
        return true;
    }

    /// <summary>Writes a file beside <paramref name="path"/> and has it take that one's place once it is whole. Returns its bytes.</summary>
    public static async Task<long> ReplaceAsync(string path, Func<Stream, Task> write)
    {
        var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        var part = $"{target}.{Environment.ProcessId}.part";
        try
        {
            long bytes;
            await using (var file = File.Create(part))
            {
                await write(file);
                bytes = file.Length;
            }

            File.Move(part, target, overwrite: true);
            return bytes;
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    private static async Task<bool> CanOpenAsync(string path, FileMode mode, FileAccess access)
    {
        try
        {
            await using var file = new FileStream(path, mode, access, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            await Console.Error.WriteLineAsync($"'{path}' cannot be {(access == FileAccess.Read ? "read" : "written")}: {e.Message}");
            return false;
        }
    }
}
