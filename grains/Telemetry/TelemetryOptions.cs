using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Grains.Telemetry;

/// <summary><c>OrleansLlm:Telemetry</c>. Takes effect at start.</summary>
public sealed class TelemetryOptions
{
    /// <value>Whether spans carry prompts and answers (<c>gen_ai.input.messages</c>, <c>gen_ai.output.messages</c>). Default false: they are other people's secrets.</value>
    public bool CaptureContent { get; set; }

    /// <value>Most characters of captured prompts and of captured answers, each, 100 to 1,000,000. Default 16,000.</value>
    [Range(100, 1_000_000)]
    public int MostContent { get; set; } = 16_000;

    /// <value>Most model names that metrics tell apart, 1 to 10,000; all others are one. Default 100.</value>
    [Range(1, 10_000)]
    public int MostModels { get; set; } = 100;
}
