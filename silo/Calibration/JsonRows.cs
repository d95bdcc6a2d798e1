using System.Security.Cryptography;
using System.Text.Json;

namespace OrleansLlm.Silo.Calibration;

/// <summary>The rows of a file of JSON lines.</summary>
/// <param name="Rows">Those that could be read, in the file's order.</param>
/// <param name="Problems">Lines that could not, and why: the first of them.</param>
/// <param name="WrongLines">How many could not.</param>
/// <param name="Sha256">Hash of the file, hex.</param>
internal sealed record JsonRows<T>(IReadOnlyList<T> Rows, IReadOnlyList<string> Problems, int WrongLines, string Sha256);

/// <summary>Reads files of JSON lines that people wrote: what is wrong is told by line and does not end the reading.</summary>
internal static class JsonRows
{
    private const int MostProblems = 5;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="mostRows">Rows it may have.</param>
    /// <param name="expected">What a line should look like, for people.</param>
    /// <param name="read">Reads one line's object; null where it is none of these.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<JsonRows<T>> ReadAsync<T>(string path, int mostRows, string expected, Func<JsonElement, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        var rows = new List<T>();
        var problems = new List<string>();
        var wrong = 0;
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (rows.Count >= mostRows)
            {
                problems.Add($"line {number}: more than {mostRows} rows");
                wrong++;
                break;
            }

            if (Read(line, read) is { } row)
                rows.Add(row);
            else if (++wrong <= MostProblems)
                problems.Add($"line {number}: expected {expected}");
        }

        await using var file = File.OpenRead(path);
        return new JsonRows<T>(rows, problems, wrong, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));
    }

    /// <summary>A text of 1 to <paramref name="longest"/> characters; null where there is none.</summary>
    public static string? Text(JsonElement row, string name, int longest) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= longest ? text : null;

    /// <summary>True, false, 1 or 0; null for anything else.</summary>
    public static bool? Flag(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.TryGetInt32(out var number) && number is 0 or 1 => value.GetInt32() == 1,
        _ => null,
    };

    private static T? Read<T>(string line, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
