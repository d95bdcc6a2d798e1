using System.Text.Json;

namespace OrleansLlm.Silo.Replay;

/// <summary>
/// The report as JSON for scripts: snake_case; USD as decimals with all their digits, shares in [0,1], times in milliseconds.
/// Fields are only ever added; a change of meaning gets a new <c>schema</c>.
/// </summary>
internal static class ReplayJson
{
    /// <summary>Value of the <c>schema</c> field.</summary>
    public const string Schema = "orleansllm.replay/1";

    /// <summary>The report as UTF-8, indented, with a newline at the end.</summary>
    public static byte[] ToUtf8(ReplayReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var json = JsonSerializer.SerializeToUtf8Bytes(new ReplayDocument(Schema, report), ReplayJsonContext.Default.ReplayDocument);
        return [.. json, (byte)'\n'];
    }
}
