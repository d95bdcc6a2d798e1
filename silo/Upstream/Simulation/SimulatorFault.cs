using System.Globalization;

namespace OrleansLlm.Silo.Upstream.Simulation;

/// <summary>What goes wrong.</summary>
internal enum SimulatorFaultKind
{
    /// <summary>An HTTP error: <c>status=429</c>, with <c>;retry-after=2</c> and <c>;body=…</c> (to the end) as wanted.</summary>
    Status,

    /// <summary><c>stall</c>: no response head, ever.</summary>
    Stall,

    /// <summary><c>stall-mid</c>: half of the answer, then silence.</summary>
    StallMidway,

    /// <summary><c>cut</c>: half of the answer, then a broken connection.</summary>
    Cut,

    /// <summary><c>broken</c>: the connection breaks before the response head.</summary>
    Broken,

    /// <summary><c>unreachable</c>: no connection.</summary>
    Unreachable,
}

/// <summary>
/// A fault that a test asks for, by the end of the model's name (<c>gpt-4o@cut</c>) or by <c>metadata.simulator_fault</c>. Read only with
/// <see cref="SimulatorOptions.AllowFaults"/>.
/// </summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Status">HTTP status, for <see cref="SimulatorFaultKind.Status"/>.</param>
/// <param name="RetryAfter">Value of the <c>retry-after</c> header; <see langword="null"/> for none.</param>
/// <param name="Body">The error's body; <see langword="null"/> for OpenAI's error object.</param>
internal sealed record SimulatorFault(SimulatorFaultKind Kind, int Status = 0, string? RetryAfter = null, string? Body = null)
{
    /// <summary>The metadata key that asks for a fault.</summary>
    public const string MetadataKey = "simulator_fault";

    /// <summary>Between a model's name and a fault.</summary>
    public const char Separator = '@';

    /// <summary>Reads a fault; false where <paramref name="text"/> is none.</summary>
    public static bool TryParse(string text, out SimulatorFault? fault)
    {
        fault = text switch
        {
            "stall" => new SimulatorFault(SimulatorFaultKind.Stall),
            "stall-mid" => new SimulatorFault(SimulatorFaultKind.StallMidway),
            "cut" => new SimulatorFault(SimulatorFaultKind.Cut),
            "broken" => new SimulatorFault(SimulatorFaultKind.Broken),
            "unreachable" => new SimulatorFault(SimulatorFaultKind.Unreachable),
            _ => ParseStatus(text),
        };
        return fault is not null;
    }

    private static SimulatorFault? ParseStatus(string text)
    {
        int status = 0;
        string? retryAfter = null, body = null;
        while (text.Length > 0)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                return null;
            var name = text[..equals];
            var end = name == "body" ? -1 : text.IndexOf(';', equals);
            var value = end < 0 ? text[(equals + 1)..] : text[(equals + 1)..end];
            text = end < 0 ? "" : text[(end + 1)..];
            switch (name)
            {
                case "status" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= 200 and <= 599:
                    break;
                case "retry-after":
                    retryAfter = value;
                    break;
                case "body":
                    body = value;
                    break;
                default:
                    return null;
            }
        }

        return status == 0 ? null : new SimulatorFault(SimulatorFaultKind.Status, status, retryAfter, body);
    }
}
