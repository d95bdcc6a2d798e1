using System.Globalization;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream.Resilience;

/// <summary>What a reply's headers say about repeating the call.</summary>
/// <param name="After">The pause asked for; null where none is.</param>
/// <param name="Should">The provider's own word; null where it gave none.</param>
internal readonly record struct RetryHint(TimeSpan? After, bool? Should)
{
    /// <summary>The header that OpenAI's clients obey.</summary>
    public const string ShouldRetry = "x-should-retry";

    public const string RetryAfter = "retry-after";

    private const string RetryAfterMs = "retry-after-ms";

    /// <summary>Reads <c>retry-after-ms</c>, else <c>retry-after</c> (seconds or a date, RFC 9110 10.2.3), and <c>x-should-retry</c>.</summary>
    public static RetryHint Of(UpstreamReply reply, DateTimeOffset now)
    {
        TimeSpan? after = null, afterMs = null;
        bool? should = null;
        foreach (var (name, value) in reply.Headers)
        {
            if (name.Equals(RetryAfterMs, StringComparison.OrdinalIgnoreCase))
                afterMs = Span(value, 1);
            else if (name.Equals(RetryAfter, StringComparison.OrdinalIgnoreCase))
                after = Span(value, 1000) ?? Until(value, now);
            else if (name.Equals(ShouldRetry, StringComparison.OrdinalIgnoreCase) && bool.TryParse(value, out var said))
                should = said;
        }

        return new RetryHint(afterMs ?? after, should);
    }

    private static TimeSpan? Span(string value, double milliseconds) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            // "Infinity" and "NaN" are read whatever the style.
            && double.IsFinite(number)
            // Longer than anybody waits is all the same.
            ? TimeSpan.FromMilliseconds(Math.Min(number * milliseconds, TimeSpan.FromDays(1).TotalMilliseconds))
            : null;

    private static TimeSpan? Until(string value, DateTimeOffset now) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at > now ? at - now : TimeSpan.Zero
            : null;
}
