namespace OrleansLlm.Silo.Upstream;

/// <summary><c>OrleansLlm:Simulator</c>: the built-in stand-in for a provider. Takes effect at start.</summary>
public sealed class SimulatorOptions
{
    public const string Section = "OrleansLlm:Simulator";

    /// <value>Wait before the first token, 0 to 1 minute. Default 150 ms.</value>
    public TimeSpan FirstTokenLatency { get; set; } = TimeSpan.FromMilliseconds(150);

    /// <value>Pace after the first token, 0 to 100,000; 0 is as fast as it goes. Default 100.</value>
    public double TokensPerSecond { get; set; } = 100;

    /// <value>Mean length of an answer in tokens, 20 to 2,000; answers vary from half to one and a half of it. Default 80.</value>
    public int AnswerTokens { get; set; } = 80;

    /// <value>Lets a request ask for a fault, see <c>SimulatorFault</c>. For tests only. Default false.</value>
    public bool AllowFaults { get; set; }
}
