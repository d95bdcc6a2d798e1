using OrleansLlm.Client.Logging;

namespace OrleansLlm.Client.Configuration;

/// <summary>The only ways in for a secret: an environment variable or a file, named by the configuration.</summary>
internal static class Secrets
{
    /// <summary>The secret without surrounding white space; null where the variable or file is absent or empty.</summary>
    public static string? Read(string? variable, string? file)
    {
        var value = variable is not null
            ? Environment.GetEnvironmentVariable(variable)
            : file is not null && File.Exists(file) ? File.ReadAllText(file) : null;
        value = value?.Trim();
        if (string.IsNullOrEmpty(value))
            return null;
        LogRedaction.Add(value);
        return value;
    }
}
