namespace OrleansLlm.Grains;

/// <summary>A file that a setting names, read at start.</summary>
internal static class SettingFile
{
    /// <summary>What <paramref name="file"/> holds; null where none is named, or after what is wrong went to <paramref name="problems"/>.</summary>
    /// <param name="file">Its path, or null.</param>
    /// <param name="setting">Path of the setting that names it.</param>
    /// <param name="read">Reads its bytes; throws <see cref="InvalidDataException"/> where they are of no use.</param>
    /// <param name="problems">Receives the mistake, one sentence.</param>
    public static T? Read<T>(string? file, string setting, Func<ReadOnlySpan<byte>, T> read, ICollection<string> problems)
        where T : class
    {
        if (file is null)
            return null;
        try
        {
            return read(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            problems.Add($"{setting}: {file}: {e.Message}");
            return null;
        }
    }
}
