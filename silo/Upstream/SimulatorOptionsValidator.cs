using Microsoft.Extensions.Options;

namespace OrleansLlm.Silo.Upstream;

/// <summary>Names each setting that cannot be used and what would be right.</summary>
internal sealed class SimulatorOptionsValidator : IValidateOptions<SimulatorOptions>
{
    public ValidateOptionsResult Validate(string? name, SimulatorOptions options)
    {
        var faults = new List<string>();
        if (options.FirstTokenLatency < TimeSpan.Zero || options.FirstTokenLatency > TimeSpan.FromMinutes(1))
            faults.Add($"{SimulatorOptions.Section}:{nameof(options.FirstTokenLatency)} must be from 00:00:00 to 00:01:00.");
        if (options.TokensPerSecond is not (>= 0 and <= 100_000))
            faults.Add($"{SimulatorOptions.Section}:{nameof(options.TokensPerSecond)} must be from 0 to 100000.");
        if (options.AnswerTokens is < 20 or > 2_000)
            faults.Add($"{SimulatorOptions.Section}:{nameof(options.AnswerTokens)} must be from 20 to 2000.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
