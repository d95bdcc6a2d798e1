using OrleansLlm.Client.Logging;

namespace OrleansLlm.Client.Configuration;

/// <summary>The only ways in for a secret, or for what belongs to one: an environment variable or a file, named by the configuration.</summary>
internal static class Secrets
{
    /// <summary>The secret without surrounding white space; null where the variable or file is absent or empty, or this user may not read it.</summary>
    public static string? Read(string? variable, string? file)
    {
        var value = (variable is not null ? Environment.GetEnvironmentVariable(variable) : file is not null ? TextOf(file) : null)?.Trim();
        if (string.IsNullOrEmpty(value))
            return null;
        LogRedaction.Add(value);
        return value;
    }

    /// <summary>What a file says that is no secret; null where it is absent or this user may not read it.</summary>
    public static string? TextOf(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
