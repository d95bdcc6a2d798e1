using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>
/// A provider that refuses the gateway and not the caller: a 401 means the gateway's key, a 403 that its account may not do what was asked (a model that the
/// project has no access to, a closed network, a region). What it says of it, which account that is among it, is for the operator's log and not for callers;
/// there too without names and numbers of accounts.
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

    /// <summary>Whether an answer with this status is one.</summary>
    public static bool Is(int status) => status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden;

    /// <summary>What the caller is told in its place, after it was logged.</summary>
    /// <param name="provider">Who refuses.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="status">See <see cref="Is"/>.</param>
    /// <param name="body">What the provider says of it; read of a 403 alone.</param>
    /// <param name="logger">Of the upstream.</param>
    /// <param name="cancellationToken">Cancelled when the caller has gone.</param>
    public static async ValueTask<UpstreamReply> ReplyAsync(string provider, UpstreamRequest request, int status, Stream body, ILogger logger, CancellationToken cancellationToken)
    {
        if (status == StatusCodes.Status401Unauthorized)
        {
            UpstreamLog.KeyRefused(logger, provider, request.RequestId);
            return UpstreamFailures.KeyRefused(provider);
        }

        var said = await PlainBody.ReadAsync(body, LargestBody, Patience, cancellationToken);
        UpstreamLog.AccessRefused(logger, provider, request.RequestId, request.Model, Describe(said.Bytes));
        return UpstreamFailures.AccessRefused(provider);
    }

    /// <summary>The code and the words of a 403, fit for the log.</summary>
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
