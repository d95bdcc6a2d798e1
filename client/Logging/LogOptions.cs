namespace OrleansLlm.Client.Logging;

/// <summary><c>OrleansLlm:Log</c>. Takes effect at start.</summary>
public sealed class LogOptions
{
    /// <value>How lines are written. Default <c>Text</c>.</value>
    public LogFormat Format { get; set; }

    /// <value>Whether secrets are masked, and messages of exceptions that may quote a prompt are left out. Default true.</value>
    public bool Redact { get; set; } = true;
}
