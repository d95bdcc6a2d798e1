namespace OrleansLlm.Silo.Diagnosis;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but not as well or as safely as it could.</summary>
    Warning,

    /// <summary>The gateway would not start, or not serve.</summary>
    Fault,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Check">What was looked at, e.g. <c>store</c>.</param>
/// <param name="Severity">How it is.</param>
/// <param name="Text">What was found; holds no secret.</param>
/// <param name="Fix">What to do about it; null where nothing is to be done.</param>
internal sealed record Finding(string Check, Severity Severity, string Text, string? Fix = null);
