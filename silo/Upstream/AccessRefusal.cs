using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>
/// A provider's 403: its account for the gateway may not do what was asked (a model that the project has no access to, a closed network, a region). What it
/// says of it, which account that is among it, is for the operator's log and not for callers; there too without names and numbers of accounts.
/// </summary>
internal static partial class AccessRefusal
{
    private const int LargestBody = 64 * 1024;
    private const int LongestText = 300;
    // A status or a year.
    private const int LongestNumber = 5;
    private const string Unsaid = "without words";

    private static readonly string[] s_telling = ["code", "type", "message"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The code and the words of the refusal, fit for the log.</summary>
    public static async Task<string> DescribeAsync(Stream body, CancellationToken cancellationToken)
    {
        var read = await PlainBody.ReadAsync(body, LargestBody, Patience, cancellationToken);
        return Describe(read.Bytes);
    }

    internal static string Describe(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return Unsaid;
            var error = root.TryGetProperty("error", out var nested) && nested.ValueKind == JsonValueKind.Object ? nested : root;
            var parts = s_telling
                .Select(name => error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null)
                .Where(static text => !string.IsNullOrWhiteSpace(text));
            var said = string.Join(", ", parts);
            return said.Length == 0 ? Unsaid : Masked(said);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Unsaid;
        }
    }

    private static string Masked(string text)
    {
        var line = new StringBuilder(LongestText);
        foreach (var c in text.Length > LongestText ? text.AsSpan(0, LongestText) : text)
            line.Append(char.IsControl(c) ? ' ' : c);
        return Telling().Replace(line.ToString(), static m => m.Length <= LongestNumber && m.ValueSpan.IndexOfAny("\"`'@") < 0 ? m.Value : "***");
    }

    // What is quoted (a name, or a prompt), addresses of mail, and words with a digit.
    [GeneratedRegex("""`[^`]*`?|\B'[^']*'?|[^\s@]+@[^\s@]+|"[^"]*"?|[\w-]*\d[\w-]*""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Telling();
}
