using OrleansLlm.Client.Logging;

namespace OrleansLlm.Client.Configuration;

/// <summary>The only ways in for a secret: an environment variable or a file, named by the configuration.</summary>
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

    private static string? TextOf(string file)
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
