using System.Globalization;
using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Client.RateLimits;

/// <summary><c>x-ratelimit-{limit,remaining,reset}-{requests,tokens}</c> and <c>retry-after</c>, in the form that OpenAI's clients read.</summary>
internal static class RateHeaders
{
    public static void Write(IHeaderDictionary headers, RateTicket ticket)
    {
        foreach (var figures in ticket.Figures)
        {
            if (figures.Kind == RateKind.Concurrent)
                continue;
            var kind = figures.Kind == RateKind.Requests ? "requests" : "tokens";
            headers["x-ratelimit-limit-" + kind] = figures.Limit.ToString(CultureInfo.InvariantCulture);
            headers["x-ratelimit-remaining-" + kind] = figures.Remaining.ToString(CultureInfo.InvariantCulture);
            headers["x-ratelimit-reset-" + kind] = Duration(figures.Reset);
        }

        if (ticket.Refusal is not { } refusal)
            return;
        if (refusal.RetryAfter is not { } after)
        {
            // What can never fit is of no use to repeat.
            headers["x-should-retry"] = "false";
            return;
        }

        // A client that comes back a little early is refused again.
        var milliseconds = Math.Max(1, (long)Math.Ceiling(after.TotalMilliseconds));
        headers["retry-after-ms"] = milliseconds.ToString(CultureInfo.InvariantCulture);
        headers.RetryAfter = ((milliseconds + 999) / 1000).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>As Go writes durations: <c>120ms</c>, <c>8.64s</c>, <c>1m0s</c>.</summary>
    public static string Duration(TimeSpan span)
    {
        var milliseconds = (long)Math.Ceiling(span.TotalMilliseconds);
        if (milliseconds < 1000)
            return milliseconds == 0 ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        var minutes = milliseconds / 60_000;
        var seconds = (milliseconds % 60_000 / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
        return minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{minutes}m{seconds}s") : seconds + "s";
    }
}
