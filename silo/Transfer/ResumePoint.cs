using System.Text.Json;

namespace OrleansLlm.Silo.Transfer;

/// <summary>How far a transfer came, kept in a small file beside its own so that a second run goes on from there.</summary>
/// <param name="path">The small file.</param>
internal sealed class ResumePoint(string path)
{
    /// <summary>Where an earlier run ended, or null where there was none.</summary>
    public T? Read<T>()
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps where this run is; whole or not at all.</summary>
    public void Write<T>(T point)
    {
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(point));
        File.Move(path + ".new", path, overwrite: true);
    }

    public void Clear() => File.Delete(path);
}
