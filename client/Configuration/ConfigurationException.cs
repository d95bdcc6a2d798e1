namespace OrleansLlm.Client.Configuration;

/// <summary>The configuration cannot be used. The message names each setting and what would be right; it is all that is shown at start.</summary>
public sealed class ConfigurationException : Exception
{
    public ConfigurationException()
    {
    }

    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Throws where anything was found wrong, naming all of it.</summary>
    internal static void ThrowIfAny(IReadOnlyCollection<string> problems)
    {
        if (problems.Count > 0)
            throw new ConfigurationException(string.Join(Environment.NewLine, problems));
    }
}
