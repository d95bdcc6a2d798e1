using System.Globalization;
using System.Text;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Ledger;

/// <summary>
/// Comma-separated values (RFC 4180), UTF-8, a line of names first. Texts that a spreadsheet would take for a formula begin with an apostrophe:
/// callers choose model names.
/// </summary>
internal sealed class LedgerCsv : ILedgerFormat
{
    private const string LineEnd = "\r\n";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public string Name => "csv";

    public string ContentType => "text/csv; charset=utf-8";

    public async Task WriteAsync(Stream output, IAsyncEnumerable<IReadOnlyList<LedgerEntry>> entries, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, Utf8, leaveOpen: true) { NewLine = LineEnd };
        await writer.WriteLineAsync(string.Join(',', LedgerColumn.All.Select(static c => c.Name)));
        await foreach (var part in entries.WithCancellation(cancellationToken))
        {
            foreach (var entry in part)
                await writer.WriteLineAsync(string.Join(',', LedgerColumn.All.Select(c => Field(c.ValueOf(entry)))));
        }
    }

    private static string Field(object? value) => value switch
    {
        null => string.Empty,
        string text => Quoted(text),
        bool flag => flag ? "true" : "false",
        DateTimeOffset at => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"A column holds a {value.GetType().Name}."),
    };

    private static string Quoted(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
