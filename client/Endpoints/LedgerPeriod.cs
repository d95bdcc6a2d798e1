using System.Globalization;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>Whose figures a caller may see and asked for, and of when.</summary>
/// <param name="Tenants">An operator sees every tenant, anybody else their own.</param>
/// <param name="From">First instant, UTC; default 30 days ago.</param>
/// <param name="To">The instant after the last, UTC; default in an hour.</param>
internal sealed record LedgerPeriod(IReadOnlyList<string> Tenants, DateTimeOffset From, DateTimeOffset To)
{
    private static readonly TimeSpan DefaultPeriod = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(3700);
    private static readonly DateTimeOffset Latest = DateTimeOffset.MaxValue.AddDays(-1);

    /// <summary>The period of <c>from</c>, <c>to</c> and <c>tenant</c>; null after an error was answered.</summary>
    public static async Task<LedgerPeriod?> ReadAsync(HttpContext context, CallerAuthentication callers, TenantDirectory tenants, TimeProvider time)
    {
        if (await callers.AuthenticateAsync(context) is not { } identity)
            return null;
        var now = time.GetUtcNow();
        if (Instant(context.Request.Query["from"], now - DefaultPeriod) is not { } from)
            return await WrongAsync(context, "from", "must be an ISO 8601 time, e.g. 2026-11-23T00:00:00Z.");
        if (Instant(context.Request.Query["to"], now.AddHours(1)) is not { } to)
            return await WrongAsync(context, "to", "must be an ISO 8601 time, e.g. 2026-11-23T00:00:00Z.");
        // There is no day after the last one.
        if (to > Latest)
            to = Latest;
        if (to - from > LongestPeriod)
            return await WrongAsync(context, "from", "must lie within ten years before 'to'.");
        var asked = context.Request.Query["tenant"].ToString();
        if (asked.Length > 0 && !await TenantAccess.CheckAsync(context, tenants, identity, asked))
            return null;
        return new LedgerPeriod(asked.Length > 0 ? [asked] : identity.IsOperator ? [.. tenants.TenantIds] : [identity.TenantId], from, to);
    }

    private static async Task<LedgerPeriod?> WrongAsync(HttpContext context, string name, string problem)
    {
        await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, new RequestProblem($"'{name}' {problem}", name, "invalid_type"));
        return null;
    }

    private static DateTimeOffset? Instant(string? text, DateTimeOffset otherwise)
    {
        if (string.IsNullOrEmpty(text))
            return otherwise;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : null;
    }
}
