using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansLlm.Client.Logging;

/// <summary>Takes out of log texts what must not stand there: the process's secrets, whatever looks like a key, and messages that may quote a prompt.</summary>
public static partial class LogRedaction
{
    private const string Mask = "***";
    private const int ShortestSecret = 6;
    private const int MostCauses = 5;

    private static readonly ConcurrentDictionary<string, byte> Known = new(StringComparer.Ordinal);

    // Of these the message says what failed, never what was sent.
    private static readonly HashSet<string> TellingNamespaces = new(
        ["System.IO", "System.Net", "System.Net.Http", "System.Net.Sockets", "System.Threading", "System.Threading.Tasks", "StackExchange.Redis", "Npgsql", "Orleans.Runtime"],
        StringComparer.Ordinal);

    private static readonly HashSet<Type> TellingTypes =
        [typeof(TimeoutException), typeof(OperationCanceledException), typeof(ObjectDisposedException), typeof(UnauthorizedAccessException)];

    /// <summary>A value that no log may hold, from now on; what is shorter than six characters is none.</summary>
    public static void Add(string secret)
    {
        if (secret is { Length: >= ShortestSecret })
            Known[secret] = 0;
    }

    /// <summary><paramref name="text"/> without secrets.</summary>
    public static string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var (secret, _) in Known)
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        return LooksSecret().Replace(text, static m => m.Groups["name"].Value + Mask);
    }

    /// <summary>An exception for a log: types, places and causes, and messages of those that only say what failed.</summary>
    public static string Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var text = new StringBuilder();
        var causes = 0;
        for (var e = exception; e is not null && causes++ < MostCauses; e = e.InnerException)
        {
            if (text.Length > 0)
                text.Append(" ---> ");
            text.Append(e.GetType().FullName);
            if (TellingTypes.Contains(e.GetType()) || TellingNamespaces.Contains(e.GetType().Namespace ?? string.Empty))
                text.Append(": ").Append(Apply(e.Message));
        }

        return exception.StackTrace is { } trace ? text.Append('\n').Append(trace).ToString() : text.ToString();
    }

    /// <summary>For a line whose words could not be made: that it is missing, and nothing of it.</summary>
    internal static string Untold(Exception failure) => $"(a line that could not be made: {failure.GetType().FullName})";

    // Without a time limit, which would count the pauses of a collection or of a busy machine as well. It needs none: what a loop here takes is never
    // what has to follow it, so that no text is read more than a few times.
    [GeneratedRegex(
        """(?<name>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{6,}|(?<name>\b(?:api[-_]?key|x-api-key|password|pwd|secret|access[-_]?token)["']?\s*[:=]\s*["']?)[^\s"',;&]{3,}|(?<![A-Za-z0-9-])(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}|(?<name>olk_[0-9a-f]{16}_)[A-Za-z0-9_-]{8,}|(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    internal static partial Regex LooksSecret();
}
