namespace OrleansLlm.Silo.Configuration;

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

    internal ConfigurationException(IEnumerable<string> problems)
        : base(string.Join(Environment.NewLine, problems))
    {
    }
}
